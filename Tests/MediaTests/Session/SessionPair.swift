import Media
import SansIO

/// Two sessions and a line between them in virtual time: every packet takes `delay` milliseconds and what `disturb` adds; nil loses
/// it.
struct SessionPair {
  struct InFlight {
    var at: Int64
    var order: Int
    var toBob: Bool
    var output: MediaOutput
  }

  var alice: MediaSession
  var bob: MediaSession
  var time: Int64 = 0
  var flying: [InFlight] = []
  var order = 0
  var delay: Int64 = 10
  /// Number of the packet towards Bob to what it takes longer, in milliseconds; nil loses it.
  var disturb: (Int) -> Int64? = { _ in 0 }
  var packetsToBob = 0
  var heardByAlice: [Int16] = []
  var heardByBob: [Int16] = []
  /// Everything but packets, and the packets too for who wants to look.
  var fromAlice: [MediaOutput] = []
  var fromBob: [MediaOutput] = []
  /// What Alice's microphone hears, at each millisecond from the start.
  var microphone: (Int64) -> [Int16]? = { _ in nil }
  let period: Int64 = 10

  init(
    alice aliceSource: AudioSource, bob bobSource: AudioSource, codec: AudioFormat = AudioFormat(.pcmu, payloadType: 0),
    mux: Bool = false, events: UInt8? = 101
  ) {
    var random = RandomSource(seed: 1)
    func parameters(_ remote: SocketAddress) -> MediaParameters {
      MediaParameters(remoteRTP: remote, codec: codec, telephoneEventPayloadType: events, rtcpMux: mux)
    }
    alice = MediaSession(parameters: parameters(.bobRTP), source: aliceSource, random: random.split(), cname: "alice@call")
    bob = MediaSession(parameters: parameters(.aliceRTP), source: bobSource, random: random.split(), cname: "bob@call")
  }

  mutating func run(milliseconds: Int64) {
    for _ in 0..<milliseconds {
      time += 1
      let now = moment(time)
      for packet in flying.filter({ $0.at == time }).sorted(by: { $0.order < $1.order }) { deliver(packet, now) }
      flying.removeAll { $0.at <= time }
      if let captured = microphone(time) { alice(.captured(captured)) }
      if let deadline = alice.nextDeadline, deadline <= now.instant { alice(.wakeUp) }
      if let deadline = bob.nextDeadline, deadline <= now.instant { bob(.wakeUp) }
      if time % period == 0 {
        heardByAlice += alice.playout(frames: alice.sampleRate / 1000 * Int(period), now: now)
        heardByBob += bob.playout(frames: bob.sampleRate / 1000 * Int(period), now: now)
      }
    }
  }

  private mutating func deliver(_ packet: InFlight, _ now: Moment) {
    let rtp: SocketAddress = packet.toBob ? .aliceRTP : .bobRTP
    let rtcp: SocketAddress = packet.toBob ? .aliceRTCP : .bobRTCP
    switch packet.output {
    case .rtp(let bytes, _): packet.toBob ? bob(.rtp(bytes, from: rtp)) : alice(.rtp(bytes, from: rtp))
    case .rtcp(let bytes, _): packet.toBob ? bob(.rtcp(bytes, from: rtcp)) : alice(.rtcp(bytes, from: rtcp))
    default: break
    }
  }

  mutating func alice(_ input: MediaInput) {
    var outputs: [MediaOutput] = []
    alice.handle(input, now: moment(time), into: &outputs)
    fromAlice += outputs
    for output in outputs { send(output, toBob: true) }
  }

  mutating func bob(_ input: MediaInput) {
    var outputs: [MediaOutput] = []
    bob.handle(input, now: moment(time), into: &outputs)
    fromBob += outputs
    for output in outputs { send(output, toBob: false) }
  }

  private mutating func send(_ output: MediaOutput, toBob: Bool) {
    var extra: Int64 = 0
    if toBob, case .rtp = output {
      packetsToBob += 1
      guard let more = disturb(packetsToBob) else { return }
      extra = more
    }
    order += 1
    flying.append(InFlight(at: time + delay + extra, order: order, toBob: toBob, output: output))
  }
}
