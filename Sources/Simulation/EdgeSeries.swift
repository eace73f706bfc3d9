import Exchange
import Phone
import SIPMessages
import SIPUserAgent
import SansIO

/// Calls to an account that has two edge proxies, of which at most one is down at a time: what `simulate --edges` runs for one seed
/// (RFC 5626).
///
/// An edge dies with all its connections, stays away for a while and comes back; the next one dies only when the phone has both
/// flows again. Calls come in all the time: into the very moment of a death, while one edge is away, while its flow is built anew.
public struct EdgeSeries: Sendable {
  public struct Outcome: Sendable {
    public var calls = 0
    /// Calls that never rang.
    public var lost = 0
    public var deaths = 0
    /// From the caller's key to the first ring, of calls that were begun while both flows stood, and of all others.
    public var slowestInQuiet = Duration.zero
    public var slowestInTrouble = Duration.zero
    /// The longest time from the return of an edge to both flows standing.
    public var slowestReturn = Duration.zero
    public var violations: [String] = []
    /// Virtual time that the run took.
    public var duration = Duration.zero
  }

  private static let domain = "example.test"
  /// A caller who hears nothing for so long gives up.
  private static let patience = Duration.seconds(30)

  public private(set) var world: World
  private let home: NodeID
  private let edges: [NodeID]
  private let alice: NodeID
  private let bob: NodeID
  private var random: RandomSource

  public init(seed: UInt64, faults: FaultPlan, isChecked: Bool = true) {
    random = RandomSource(seed: seed)
    let checkers: [any Checker] =
      isChecked ? [BranchChecker(), SequenceChecker(), AcknowledgementChecker(), MicrophoneChecker()] : []
    var world = World(seed: random.nextUInt64(), faults: faults, checkers: checkers)
    world.isRecording = false
    world.network.isRecording = isChecked
    func listeners(_ last: UInt32) -> [SimulatedHost.Listener] {
      let address = SocketAddress(.v4(0x7F00_0000 + last), port: 5060)
      return [.init(.udp, address), .init(.tcp, address)]
    }
    let users = ["alice", "bob"].map { ExchangeUser(name: $0, password: $0) }
    home = world.addExchange(
      SimulatedHost(name: "home", listeners: listeners(1)),
      ExchangeConfiguration(
        role: .home, domain: Self.domain, users: users, authenticatesRegistrations: true, authenticatesCalls: true))
    edges = [11, 12].map { last in
      let home = SIPURI(host: .address(.v4(0x7F00_0001)), port: 5060)
      var configuration = ExchangeConfiguration(role: .edge(home: home), domain: Self.domain, users: [])
      configuration.flowTimer = 30
      return world.addExchange(SimulatedHost(name: "edge-\(last - 10)", listeners: listeners(UInt32(last))), configuration)
    }
    func phone(_ name: String, _ last: UInt32, _ proxies: [String]) -> NodeID {
      let text = """
        [[accounts]]
        address = "sip:\(name)@\(Self.domain)"
        password = "\(name)"
        outbound_proxies = [\(proxies.map { "\"sip:\($0);lr\"" }.joined(separator: ", "))]
        """
      return world.addPhone(
        SimulatedHost(name: name, listeners: listeners(last)), ConfigurationParser.parse(Array(text.utf8), file: "edges").0)
    }
    alice = phone("alice", 2, ["127.0.0.11;transport=tcp", "127.0.0.12;transport=tcp"])
    bob = phone("bob", 3, ["127.0.0.1"])
    self.world = world
  }

  /// Makes that many calls.
  public mutating func run(calls: Int) -> Outcome {
    var outcome = Outcome()
    let alice = alice
    let isWhole = { (world: borrowing World) in world.snapshot(of: alice).accounts.first?.flowsReady == 2 }
    if !world.run(atMost: .seconds(60), until: isWhole) { outcome.violations.append("The two flows never came up.") }
    world.run(for: .seconds(40))
    while outcome.calls < calls, outcome.violations.isEmpty {
      // A flow that dies within two minutes counts as one that never stood, and is left alone for longer each time (RFC 5626
      // section 4.5): edges die more seldom than that, and in the middle of whatever is going on then.
      world.run(for: .milliseconds(130_000 + Int64(random.next(below: 900))))
      let victim = edges[Int(random.next(below: 2))]
      outcome.deaths += 1
      world.crash(victim)
      world.network.setDown(victim, true)
      for _ in 0..<(3 + random.next(below: 6)) { call(&outcome, isQuiet: false) }
      world.network.setDown(victim, false)
      world.restart(victim)
      let back = world.now.instant
      while !isWhole(world), world.now.instant - back < .seconds(600) {
        call(&outcome, isQuiet: false)
        world.run(for: .milliseconds(Int64(random.next(below: 12_000))))
      }
      if !isWhole(world) { outcome.violations.append("A flow did not come back within ten minutes.") }
      outcome.slowestReturn = max(outcome.slowestReturn, world.now.instant - back)
      for _ in 0..<(3 + random.next(below: 6)) { call(&outcome, isQuiet: true) }
      world.forgetPassages()
    }
    outcome.duration = world.now.instant - Instant(nanoseconds: 0)
    world.network.faults = .none
    world.run(for: .seconds(120))
    for node in [alice, bob] where !world.snapshot(of: node).calls.isEmpty {
      outcome.violations.append("\(world.network.name(of: node)) still has calls.")
    }
    for node in [home] + edges {
      for table in world.tableSizes(of: node) where ["response contexts", "branches"].contains(table.name) && table.count > 0 {
        outcome.violations.append("\(world.network.name(of: node)) keeps \(table.count) in “\(table.name)”.")
      }
    }
    outcome.violations += world.verdict()
    return outcome
  }

  /// Bob calls, and hangs up when it rings.
  private mutating func call(_ outcome: inout Outcome, isQuiet: Bool) {
    outcome.calls += 1
    let begin = world.now.instant
    world.command(.dial("sip:alice@\(Self.domain)", account: nil), to: bob)
    let alice = alice
    let hasRung = world.run(atMost: Self.patience) { $0.newestCall(of: alice)?.state == .ringing }
    let time = world.now.instant - begin
    if !hasRung {
      outcome.lost += 1
    } else if isQuiet {
      outcome.slowestInQuiet = max(outcome.slowestInQuiet, time)
    } else {
      outcome.slowestInTrouble = max(outcome.slowestInTrouble, time)
    }
    world.command(.hangUp(nil), to: bob)
    _ = world.run(atMost: .seconds(10)) { $0.newestCall(of: alice)?.state != .ringing }
    world.run(for: .milliseconds(500))
  }
}
