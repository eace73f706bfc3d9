/// How bad the simulated network is. All shares are from 0 (never) to 1 (always) and are drawn for each datagram, piece of stream,
/// connection or question.
public struct FaultPlan: Hashable, Sendable {
  /// Datagrams that vanish.
  public var loss: Double
  /// Datagrams that arrive twice.
  public var duplication: Double
  /// Datagrams that are held back long enough for later ones to overtake them.
  public var reordering: Double
  /// Pieces of a stream that arrive cut into smaller ones.
  public var chunking: Double
  /// One way through the network.
  public var leastDelay: Duration
  public var greatestDelay: Duration
  /// Datagrams after which a burst begins, and those after which it ends; all within it vanish.
  public var burstBegin = 0.0
  public var burstEnd = 0.2
  /// Writes to a stream that break it instead.
  public var reset = 0.0
  /// Connections that are refused.
  public var refusal = 0.0
  /// TLS handshakes that fail.
  public var tlsFailure = 0.0
  /// Questions to the name server that fail, and how long it takes at most to answer the others.
  public var dnsFailure = 0.0
  public var dnsDelay = Duration.zero

  public init(
    loss: Double = 0, duplication: Double = 0, reordering: Double = 0, chunking: Double = 0,
    leastDelay: Duration = .milliseconds(5), greatestDelay: Duration = .milliseconds(5)
  ) {
    self.loss = loss
    self.duplication = duplication
    self.reordering = reordering
    self.chunking = chunking
    self.leastDelay = leastDelay
    self.greatestDelay = greatestDelay
  }

  /// Nothing is lost and everything takes 5 ms: for ladders that are compared with text.
  public static let none = FaultPlan()

  /// A bad wireless link.
  public static let lossy = FaultPlan(
    loss: 0.05, duplication: 0.02, reordering: 0.05, chunking: 0.3, leastDelay: .milliseconds(2), greatestDelay: .milliseconds(60))
}
