import SansIO

/// Keeps one flow open and finds out when it is dead (RFC 5626 section 4.4).
///
///     resting ──time──► asked ──answer──► resting …
///                         ╰──10 s, or 7 requests without an answer──► failed
///
/// Where the server promised nothing, OPTIONS keeps a UDP flow open, and its answers tell what they can: silence of a server that
/// used to answer, or another address of ours, is a reason to register again, and no proof.
struct FlowKeepAlive: Sendable {
  enum Kind: Hashable, Sendable {
    /// Two line ends on a connection, and whether one of them is expected back (section 4.4.1).
    case lines(expectsPong: Bool)
    /// A STUN Binding request over UDP (section 4.4.2).
    case stun
    /// OPTIONS over UDP: whatever a SIP server says to it, it is an answer (RFC 3261 section 11).
    case options
  }

  enum Output: Hashable, Sendable {
    case ping
    case probe(STUNMessage)
    case options
    /// The peer is there.
    case answered
    /// The registrar may no longer know the way to us: it has to be told again at once.
    case doubted
    /// The flow is worth nothing any more; a sentence.
    case failed(String)
  }

  private enum State: Sendable {
    case resting(until: Instant)
    case waitingForPong(until: Instant)
    case waitingForAnswer(until: Instant)
    case probing(STUNMessage, sent: Int, resendAt: Instant, interval: Duration)
    case failed
  }

  /// "If the UA does not receive a pong within 10 seconds after sending a ping, then the client MUST treat the flow as failed."
  static let patience = Duration.seconds(10)
  /// RFC 8489 section 6.2.1: seven requests, the first after half a second, each pause twice as long, the last one 16 of the first.
  static let firstInterval = Duration.milliseconds(500)
  static let requestLimit = 7
  /// Section 4.4.1: "If the UA is not behind a NAT ... 120 seconds"; a phone at the mains takes the upper bound of 120 s.
  static let usualLineInterval = Duration.seconds(120)
  /// Section 4.4.2: 24 to 29 s. A NAT forgets OPTIONS no later than STUN.
  static let usualProbeInterval = (least: Duration.seconds(24), greatest: Duration.seconds(29))
  /// A server may ask for very frequent keep-alives; oftener than this helps nobody.
  static let leastInterval = Duration.seconds(1)
  static let greatestInterval = Duration.seconds(86_400)

  let kind: Kind
  /// The server answers, or is to be found out to answer no more.
  var isAnswerable: Bool { kind != .lines(expectsPong: false) }
  private(set) var least: Duration
  private(set) var greatest: Duration
  /// Our address as the server saw it first, or when we registered last; another one means that the flow is another one.
  private(set) var mappedAddress: SocketAddress?
  /// When the peer last answered; nil before.
  private(set) var lastAnswer: Instant?
  private var state: State

  /// - Parameter flowTimer: what the server asked for; nil for the RFC's own intervals.
  init(_ kind: Kind, flowTimer: Duration?, now: Instant, random: inout RandomSource) {
    self.kind = kind
    (least, greatest) = Self.bounds(of: kind, flowTimer)
    state = .resting(until: now)
    rest(now: now, &random)
  }

  private static func bounds(of kind: Kind, _ flowTimer: Duration?) -> (Duration, Duration) {
    if let flowTimer, flowTimer > .zero {
      // "SHOULD send ... a random number between 80 and 100 percent of this".
      let most = min(max(flowTimer, leastInterval), greatestInterval)
      return (most * 4 / 5, most)
    }
    switch kind {
    case .lines: return (usualLineInterval * 4 / 5, usualLineInterval)
    case .stun, .options: return usualProbeInterval
    }
  }

  var nextDeadline: Instant? {
    switch state {
    case .resting(let until), .waitingForPong(let until), .waitingForAnswer(let until): until
    case .probing(_, sent: _, let resendAt, interval: _): resendAt
    case .failed: nil
    }
  }

  private mutating func rest(now: Instant, _ random: inout RandomSource) {
    let spread = UInt64(max(0, (greatest - least).wholeMilliseconds))
    state = .resting(until: now + least + .milliseconds(Int64(random.next(below: spread + 1))))
  }

  /// We registered: this is where the registrar saw us.
  mutating func registered(from address: SocketAddress?) {
    if kind == .options { mappedAddress = address }
  }

  /// The server said another interval with a refresh.
  mutating func adopt(flowTimer: Duration?, now: Instant, random: inout RandomSource) {
    let bounds = Self.bounds(of: kind, flowTimer)
    guard bounds != (least, greatest) else { return }
    (least, greatest) = bounds
    if case .resting = state { rest(now: now, &random) }
  }

  mutating func deadlineReached(now: Instant, random: inout RandomSource, into outputs: inout [Output]) {
    guard let nextDeadline, nextDeadline <= now else { return }
    switch state {
    case .resting: ask(now: now, random: &random, into: &outputs)
    case .waitingForPong:
      state = .failed
      outputs.append(.failed("the keep-alive was not answered within 10 s"))
    case .waitingForAnswer:
      // A server that never answers OPTIONS is none that has gone.
      let hasAnswered = lastAnswer != nil
      lastAnswer = nil
      rest(now: now, &random)
      if hasAnswered { outputs.append(.doubted) }
    case .probing(let message, let sent, resendAt: _, let interval):
      guard sent < Self.requestLimit else {
        state = .failed
        outputs.append(.failed("seven keep-alives were not answered"))
        return
      }
      let next = interval * 2
      state = .probing(
        message, sent: sent + 1, resendAt: now + (sent + 1 == Self.requestLimit ? Self.firstInterval * 16 : next), interval: next)
      outputs.append(.probe(message))
    case .failed: break
    }
  }

  /// Asks now, whatever the interval says: something important has just left along this flow. Nothing happens when the peer has
  /// answered a moment ago and it is not `isPressing`, or is being asked.
  mutating func hurry(now: Instant, random: inout RandomSource, into outputs: inout [Output], isPressing: Bool = false) {
    guard case .resting = state, isPressing || lastAnswer.map({ now - $0 > Self.patience }) ?? true else { return }
    if case .lines(expectsPong: false) = kind { return }
    ask(now: now, random: &random, into: &outputs)
  }

  private mutating func ask(now: Instant, random: inout RandomSource, into outputs: inout [Output]) {
    switch kind {
    case .lines(let expectsPong):
      outputs.append(.ping)
      if expectsPong { state = .waitingForPong(until: now + Self.patience) } else { rest(now: now, &random) }
    case .stun:
      let message = STUNMessage.request(&random)
      state = .probing(message, sent: 1, resendAt: now + Self.firstInterval, interval: Self.firstInterval)
      outputs.append(.probe(message))
    case .options:
      state = .waitingForAnswer(until: now + Self.patience)
      outputs.append(.options)
    }
  }

  /// A line end came. One that nobody asked for says that the peer lives, and nothing else.
  mutating func pong(now: Instant, random: inout RandomSource, into outputs: inout [Output]) {
    guard case .waitingForPong = state else { return }
    lastAnswer = now
    rest(now: now, &random)
    outputs.append(.answered)
  }

  /// OPTIONS was answered.
  /// - Parameter address: where the server saw it come from; nil when it does not say (RFC 3581 section 4).
  mutating func answered(seenFrom address: SocketAddress?, now: Instant, random: inout RandomSource, into outputs: inout [Output]) {
    guard case .waitingForAnswer = state else { return }
    rest(now: now, &random)
    if let address, let mappedAddress, mappedAddress != address {
      // The NAT has given us another address since: what the registrar knows leads to nobody, whoever answers us.
      outputs.append(.doubted)
      return
    }
    mappedAddress = mappedAddress ?? address
    lastAnswer = now
    outputs.append(.answered)
  }

  /// A STUN message came along this flow, from the address that the flow leads to.
  mutating func receive(_ message: STUNMessage, now: Instant, random: inout RandomSource, into outputs: inout [Output]) {
    // Without the number of the request, which nobody else knows, it is somebody's guess.
    guard case .probing(let request, sent: _, resendAt: _, interval: _) = state, message.transactionID == request.transactionID
    else { return }
    switch message.kind {
    case .request, .indication: return
    case .failure:
      state = .failed
      outputs.append(.failed("the keep-alive was refused\(message.errorCode.map { " (\($0))" } ?? "")"))
    case .success:
      guard let address = message.mappedAddress else { return }
      if let mappedAddress, mappedAddress != address {
        state = .failed
        outputs.append(.failed("our address became \(address), it was \(mappedAddress)"))
        return
      }
      mappedAddress = address
      lastAnswer = now
      rest(now: now, &random)
      outputs.append(.answered)
    }
  }
}
