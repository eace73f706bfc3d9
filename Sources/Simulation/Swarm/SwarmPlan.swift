public import SIPUserAgent
internal import SansIO

/// A whole world of a swarm before it begins to move: who is there, how bad the network is, what will befall it, and what the users
/// will do. Everything is drawn here, so that a shrinker can leave parts of it out.
public struct SwarmPlan: Sendable {
  /// How the phones reach one another.
  public enum Topology: Hashable, Sendable, CaseIterable {
    /// Nobody between them.
    case direct
    /// One exchange.
    case home
    /// An edge proxy in front of it.
    case edge
    /// Two exchanges for two domains.
    case twoDomains
  }

  /// A thing to do some time after something was shown.
  public struct Reaction: Hashable, Sendable {
    public var deed: Deed
    public var after: Duration
  }

  public struct PhonePlan: Sendable {
    /// Phones of one user are called together.
    public var user: Int
    /// Which of two domains.
    public var domain: Int
    public var transport: TransportProtocol
    /// The proxy is found by name.
    public var usesNames: Bool
    public var isBehindNAT: Bool
    public var expires: Int
    public var answersAutomatically: Bool
    /// Taken in turns.
    public var whenRinging: [Reaction]
    public var whenTalking: [Reaction]
    public var whenRemoteRinging: [Reaction]
    /// The shrinker has taken it out; its place stays empty.
    public var isAbsent = false
  }

  public struct Act: Hashable, Sendable {
    public var at: Duration
    public var phone: Int
    public var deed: Deed
  }

  public var seed: UInt64
  public var length: Duration
  public var topology: Topology
  public var authenticates: Bool
  public var phones: [PhonePlan]
  /// How long each lying peer waits between its calls; nil for one that is only called.
  public var liars: [Duration?]
  public var faults: FaultPlan
  public var upsets: [Upset]
  public var acts: [Act]
  /// What users dial.
  public var targets: [String]

  /// Addresses of the simulated network, all of them loopback ones, which an exchange insists on.
  enum Place {
    static let home: UInt32 = 1
    static let edge: UInt32 = 2
    static let other: UInt32 = 3
    static func phone(_ index: Int) -> UInt32 { 20 + UInt32(index) }
    static func liar(_ index: Int) -> UInt32 { 60 + UInt32(index) }
    static func nat(_ index: Int) -> UInt32 { 256 + 20 + UInt32(index) }
    static func address(_ place: UInt32) -> IPAddress { .v4(0x7F00_0000 + place) }
  }

  static let domains = ["example.test", "other.test"]
}
