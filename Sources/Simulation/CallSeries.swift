import Phone
internal import SIPUserAgent
public import SansIO

/// Many calls between two phones over a network that may be bad, with checkers looking on: what `simulate --calls` runs for one
/// seed.
///
/// Alice calls bob directly, or through an exchange when `throughExchange`; bob answers every call by itself; after two seconds
/// one of the two hangs up. At the end time goes on until everything that is open has had its chance to end.
public struct CallSeries: Sendable {
  public struct Outcome: Sendable {
    public var calls = 0
    /// Calls in which alice talked.
    public var answered = 0
    /// How the others ended, in the phone's words, with their number.
    public var failures: [(words: String, count: Int)] = []
    /// What checkers found, and calls that never ended.
    public var violations: [String] = []
    /// Virtual time that the run took.
    public var duration = Duration.zero
    /// Steps that the world made.
    public var messages = 0
  }

  public private(set) var world: World
  public let alice: NodeID
  public let bob: NodeID
  private let exchange: NodeID?
  private var random: RandomSource
  private let target: String

  public init(seed: UInt64, faults: FaultPlan, throughExchange: Bool = false, isChecked: Bool = true) {
    random = RandomSource(seed: seed)
    let checkers: [any Checker] =
      isChecked ? [BranchChecker(), SequenceChecker(), AcknowledgementChecker(), MicrophoneChecker()] : []
    var world = World(seed: random.nextUInt64(), faults: faults, checkers: checkers)
    world.isRecording = false
    world.network.isRecording = isChecked
    let place = { (last: UInt32) in SocketAddress(.v4(0x7F00_0000 + last), port: 5060) }
    if throughExchange {
      let configuration = ExchangeHome.configuration
      exchange = world.addExchange(SimulatedHost(name: "exchange", listeners: [.init(.udp, place(1))]), configuration)
    } else {
      exchange = nil
    }
    alice = world.addPhone(
      SimulatedHost(name: "alice", listeners: [.init(.udp, place(2))]), Self.configuration("alice", registers: throughExchange))
    bob = world.addPhone(
      SimulatedHost(name: "bob", listeners: [.init(.udp, place(3))]), Self.configuration("bob", registers: throughExchange))
    target = throughExchange ? "sip:bob@\(ExchangeHome.domain)" : "sip:bob@127.0.0.3"
    self.world = world
  }

  private static func configuration(_ name: String, registers: Bool) -> Configuration {
    let text =
      registers
      ? """
      [[accounts]]
      address = "sip:\(name)@\(ExchangeHome.domain)"
      password = "\(name)"
      outbound_proxies = ["sip:127.0.0.1;lr"]
      """
      : """
      [[accounts]]
      address = "sip:\(name)@127.0.0.\(name == "alice" ? 2 : 3)"
      register = false
      """
    return ConfigurationParser.parse(Array(text.utf8), file: "series").0
  }

  /// Makes that many calls, one begun every `interval`.
  public mutating func run(calls: Int, interval: Duration = .milliseconds(5500)) -> Outcome {
    var outcome = Outcome()
    world.run(for: .seconds(1))
    world.command(.answerAutomatically(true), to: bob)
    var failures: [String: Int] = [:]
    for _ in 0..<calls {
      outcome.calls += 1
      world.command(.dial(target, account: nil), to: alice)
      let alice = alice
      let isSettled = { (world: borrowing World) in
        guard let call = world.newestCall(of: alice) else { return true }
        switch call.state {
        case .talking, .ended: return true
        case .calling, .remoteRinging, .ringing, .redirected, .held, .heldByPeer: return false
        }
      }
      _ = world.run(atMost: .seconds(120), until: isSettled)
      guard let call = world.newestCall(of: alice) else { continue }
      switch call.state {
      case .talking:
        outcome.answered += 1
        world.run(for: .seconds(2))
        world.command(.hangUp(nil), to: random.next(below: 2) == 0 ? alice : bob)
      case .ended(let words): failures[words, default: 0] += 1
      case .calling, .remoteRinging, .ringing, .redirected, .held, .heldByPeer:
        failures["never settled", default: 0] += 1
        world.command(.hangUp(call.id), to: alice)
      }
      world.run(for: interval)
    }
    outcome.duration = world.now.instant - Instant(nanoseconds: 0)
    // Liveness: without faults, whatever is open must end.
    world.network.faults = .none
    world.run(for: .seconds(120))
    for node in [alice, bob] {
      let open = world.snapshot(of: node).calls.count
      if open > 0 { outcome.violations.append("\(world.network.name(of: node)) still has \(open) calls.") }
    }
    outcome.violations += world.verdict()
    outcome.failures = failures.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    outcome.messages = world.network.passages.count
    return outcome
  }

  /// The ladder of everything that was recorded.
  public func ladder(showsTime: Bool = true) -> String {
    world.ladder(of: [alice] + (exchange.map { [$0] } ?? []) + [bob], showsTime: showsTime)
  }
}
