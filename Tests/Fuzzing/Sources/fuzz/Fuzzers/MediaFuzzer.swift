import Media
import SansIO

/// The border of a call's media: packets, sound, orders and time as the input says.
enum MediaFuzzer: Fuzzer {
  static let name = "media"
  static let summary = "a media session fed packets, sound and time: it never sends captured sound while the microphone is shut"
  static let longestInput = 2048

  private static let peer = SocketAddress(.v4(0xC000_0265), port: 30_000)
  private static let stranger = SocketAddress(.v4(0xCB00_7107), port: 40_000)
  /// Loud and unlike any noise of ours.
  private static let captured = [Int16](repeating: 0x5A5A, count: 160)

  static func run(_ bytes: [UInt8]) {
    var choices = Choices(bytes)
    var parameters = MediaParameters(
      remoteRTP: peer, codec: AudioFormat(.pcmu, payloadType: 0), telephoneEventPayloadType: 101, comfortNoisePayloadType: 13)
    var session = MediaSession(parameters: parameters, source: .microphone, random: RandomSource(seed: 9), cname: "fuzz")
    var nanoseconds: Int64 = 1_000_000_000
    var isOpen = false
    var packet: [UInt8] = [0x80, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4] + [UInt8](repeating: 0xFF, count: 160)
    var steps = 0
    while !choices.isAtEnd, steps < 400 {
      steps += 1
      let now = Moment(instant: Instant(nanoseconds: nanoseconds), wallTime: WallTime(nanosecondsSince1970: nanoseconds))
      var outputs: [MediaOutput] = []
      var isCapture = false
      switch choices.next(below: 12) {
      case 0:
        let place = choices.next(below: packet.count)
        packet[place] = choices.byte()
        session.handle(.rtp(packet, from: peer), now: now, into: &outputs)
      case 1:
        let step = choices.next(below: 8)
        packet[3] &+= UInt8(step)
        packet[6] &+= choices.byte()
        session.handle(.rtp(packet, from: choices.flag() ? stranger : peer), now: now, into: &outputs)
      case 2: session.handle(.rtp(choices.chunk(), from: peer), now: now, into: &outputs)
      case 3: session.handle(.rtcp(choices.chunk(), from: peer), now: now, into: &outputs)
      case 4:
        isCapture = true
        session.handle(.captured(captured), now: now, into: &outputs)
      case 5:
        isOpen = choices.flag()
        session.handle(.setMicrophoneOpen(isOpen), now: now, into: &outputs)
      case 6: session.handle(.sendDigits(String(decoding: choices.chunk().prefix(8), as: UTF8.self)), now: now, into: &outputs)
      case 7:
        parameters.direction = choices.pick([.sendrecv, .sendonly, .recvonly, .inactive])
        parameters.codec = choices.pick([AudioFormat(.pcmu, payloadType: 0), AudioFormat(.pcma, payloadType: 8)])
        parameters.receivable = [parameters.codec]
        parameters.rtcpMux = choices.flag()
        session.handle(.update(parameters), now: now, into: &outputs)
      case 8: session.handle(.setSource(choices.pick([.microphone, .echo, .silence])), now: now, into: &outputs)
      case 9: require(session.playout(frames: choices.next(below: 200) * 8, now: now).count % 8 == 0, "an odd number of samples")
      case 10:
        session.handle(.wakeUp, now: now, into: &outputs)
        if choices.byte() == 0xFE { session.handle(.close, now: now, into: &outputs) }
      default: nanoseconds += Int64(choices.byte()) * 5_000_000
      }
      require(outputs.count <= 600, "\(outputs.count) outputs in one step")
      if isCapture, !isOpen { require(!holdsCapturedSound(outputs), "captured sound leaves though the microphone is shut") }
    }
    require(session.nextDeadline.map { $0.nanoseconds <= nanoseconds + 600_000_000_000 } ?? true, "a deadline in the far future")
  }

  /// 0x5A5A is 0x87 in mu-law and 0xA9 in A-law, give or take a step.
  private static func holdsCapturedSound(_ outputs: [MediaOutput]) -> Bool {
    outputs.contains { output in
      guard case .rtp(let bytes, to: _) = output, bytes.count > 100 else { return false }
      return bytes[12...].allSatisfy { (0x85...0x8A).contains($0) || (0xA7...0xAC).contains($0) }
    }
  }
}
