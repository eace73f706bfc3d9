import Media
import SansIO
import Testing

@Suite("RFC 4961: symmetric RTP")
struct SymmetricRTPTests {
  let elsewhere = SocketAddress(IPAddress("203.0.113.5")!, port: 40_000)

  func packet(_ sequence: UInt16) -> [UInt8] {
    RTPPacket(
      marker: false, payloadType: 0, sequenceNumber: sequence, timestamp: UInt32(sequence) * 160, ssrc: 77,
      payload: [UInt8](repeating: 0x90, count: 160)[...]
    ).serialized()
  }

  func session() -> MediaSession {
    MediaSession(
      parameters: MediaParameters(remoteRTP: .bobRTP, codec: AudioFormat(.pcmu, payloadType: 0)), source: .silence,
      random: RandomSource(seed: 1), cname: "a@b")
  }

  func destinations(_ outputs: [MediaOutput]) -> [SocketAddress] {
    outputs.compactMap { if case .rtp(_, let address) = $0 { address } else { nil } }
  }

  @Test("Two packets in a row from another address than the description's move our stream there")
  func moves() {
    var session = session()
    var outputs: [MediaOutput] = []
    session.handle(.rtp(packet(1), from: elsewhere), now: moment(0), into: &outputs)
    #expect(destinations(outputs) == [.bobRTP])
    session.handle(.rtp(packet(2), from: elsewhere), now: moment(20), into: &outputs)
    #expect(outputs.contains(.remoteMoved(elsewhere)))
    #expect(destinations(outputs) == [.bobRTP, elsewhere])
  }

  @Test("A stranger cannot take over a stream that flows, and can after a second of silence")
  func hijack() {
    var session = session()
    var outputs: [MediaOutput] = []
    for number in 0..<20 {
      session.handle(.rtp(packet(UInt16(number)), from: .bobRTP), now: moment(Int64(number) * 20), into: &outputs)
      session.handle(.rtp(packet(UInt16(1000 + number)), from: elsewhere), now: moment(Int64(number) * 20 + 1), into: &outputs)
    }
    #expect(!outputs.contains(.remoteMoved(elsewhere)))
    #expect(session.statistics.datagramsRejected == 20)
    session.handle(.rtp(packet(20), from: elsewhere), now: moment(1500), into: &outputs)
    session.handle(.rtp(packet(21), from: elsewhere), now: moment(1520), into: &outputs)
    #expect(outputs.contains(.remoteMoved(elsewhere)))
  }

  @Test("A new description takes the stream back")
  func renegotiated() {
    var session = session()
    var outputs: [MediaOutput] = []
    session.handle(.rtp(packet(1), from: elsewhere), now: moment(0), into: &outputs)
    session.handle(.rtp(packet(2), from: elsewhere), now: moment(20), into: &outputs)
    var parameters = session.currentParameters
    parameters.remoteRTP = .aliceRTP
    outputs = []
    session.handle(.update(parameters), now: moment(40), into: &outputs)
    #expect(destinations(outputs) == [.aliceRTP])
  }

  @Test("Payload types that were not agreed are neither heard nor followed")
  func unknownPayload() {
    var session = session()
    var outputs: [MediaOutput] = []
    for number in 0..<10 {
      var bytes = packet(UInt16(number))
      bytes[1] = 18
      session.handle(.rtp(bytes, from: elsewhere), now: moment(Int64(number) * 20), into: &outputs)
    }
    #expect(!outputs.contains(.remoteMoved(elsewhere)))
    #expect(session.statistics.packetsReceived == 0)
  }
}
