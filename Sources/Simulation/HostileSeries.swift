import Phone
internal import SIPUserAgent
import SansIO

/// Callers who keep to no rules, and a phone that answers all of them by itself: what `simulate --hostile` runs.
///
/// Nobody sits at the phone, so that its microphone has to stay shut whatever they do; at the end somebody comes and talks, which
/// shows that the ears that listened all the time can hear.
public struct HostileSeries: Sendable {
  public struct Outcome: Sendable {
    /// Calls that the phone answered by itself and that are over.
    public var answered = 0
    /// How often captured sound was held out to a stream while nobody had acted, and the packets that left with it.
    public var offers = 0
    public var packetsBeforeConsent = 0
    public var packetsAfterConsent = 0
    public var violations: [String] = []
    public var duration = Duration.zero
  }

  private var world: World
  private let victim: NodeID
  private let friend: NodeID

  public init(seed: UInt64) {
    var random = RandomSource(seed: seed)
    var world = World(
      seed: random.nextUInt64(), faults: .lossy, checkers: [MicrophoneChecker(), CapturedSoundChecker()])
    world.audio.isRecording = false
    let place = { (last: UInt32) in SocketAddress(.v4(0x7F00_0000 + last), port: 5060) }
    let text = """
      [[accounts]]
      address = "sip:victim@127.0.0.2"
      register = false
      [network]
      requests_per_second = 0
      [answer]
      automatically = true
      during_calls = true
      silence_limit = 5
      """
    victim = world.addPhone(
      SimulatedHost(name: "victim", listeners: [.init(.udp, place(2))]),
      ConfigurationParser.parse(Array(text.utf8), file: "hostile").0)
    let account = "[[accounts]]\naddress = \"sip:friend@127.0.0.3\"\nregister = false\n"
    friend = world.addPhone(
      SimulatedHost(name: "friend", listeners: [.init(.udp, place(3))]),
      ConfigurationParser.parse(Array(account.utf8), file: "hostile").0)
    let target = LyingPeer.Victim(uri: "sip:victim@127.0.0.2", address: place(2))
    for caller in 0..<4 {
      let address = place(10 + UInt32(caller))
      let liar = LyingPeer(
        name: "liar\(caller)", address: address, victims: [target], callInterval: .milliseconds(600), random: random.split())
      _ = world.addLiar(SimulatedHost(name: "liar\(caller)", listeners: [.init(.udp, address)]), liar)
    }
    self.world = world
  }

  /// Goes on until that many calls were answered by the phone itself and are over.
  public mutating func run(calls: Int) -> Outcome {
    var outcome = Outcome()
    // Long before a day of virtual time is over; a phone that answers nobody must not be waited for.
    for _ in 0..<86_400 where outcome.answered < calls {
      world.run(for: .seconds(1))
      outcome.answered += takeAnswered()
      world.forgetPassages()
    }
    if outcome.answered < calls { outcome.violations.append("Only \(outcome.answered) calls were answered.") }
    let ears = world.checkers.lazy.compactMap { $0 as? CapturedSoundChecker }.first
    outcome.offers = ears?.offers ?? 0
    outcome.packetsBeforeConsent = ears?.packetsBefore ?? 0
    outcome.packetsAfterConsent = packetsOfAnHonestCall()
    outcome.violations += world.verdict()
    outcome.duration = world.now.instant - Instant(nanoseconds: 0)
    return outcome
  }

  /// The liars fall silent, somebody calls who keeps to the rules, and the user talks.
  private mutating func packetsOfAnHonestCall() -> Int {
    world.silenceLiars()
    world.network.faults = .none
    for call in world.calls(of: victim) { world.command(.hangUp(call), to: victim) }
    world.run(for: .seconds(40))
    world.command(.dial("sip:victim@127.0.0.2", account: nil), to: friend)
    world.run(for: .seconds(2))
    world.command(.talk, to: victim)
    world.run(for: .seconds(2))
    return world.checkers.lazy.compactMap { $0 as? CapturedSoundChecker }.first?.packetsAfterConsent(at: victim) ?? 0
  }

  private mutating func takeAnswered() -> Int {
    world.takeReports().count { report in
      guard case .call(let call) = report.event, case .ended = call.call.state else { return false }
      return call.call.wasAnsweredAutomatically
    }
  }
}
