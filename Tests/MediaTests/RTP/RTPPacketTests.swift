import Media
import SansIO
import Testing

@Suite("RFC 3550: packets")
struct RTPPacketTests {
  @Test("A packet survives being written and read (section 5.1)")
  func roundTrip() {
    let packet = RTPPacket(
      marker: true, payloadType: 101, sequenceNumber: 65_535, timestamp: 0xDEAD_BEEF, ssrc: 0x0102_0304, payload: [1, 2, 3])
    let bytes = packet.serialized()
    #expect(bytes == [0x80, 0xE5, 0xFF, 0xFF, 0xDE, 0xAD, 0xBE, 0xEF, 1, 2, 3, 4, 1, 2, 3])
    #expect(RTPPacket(parsing: bytes)?.serialized() == bytes)
  }

  @Test("Contributing sources, a header extension and padding are passed over (sections 5.1, 5.3.1)")
  func extras() {
    let bytes: [UInt8] =
      [0xB2, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9, 8, 8, 8, 8, 0xBE, 0xDE, 0, 1, 7, 7, 7, 7, 42, 43, 0, 0, 3]
    #expect(RTPPacket(parsing: bytes)?.payload == [42, 43])
  }

  @Test(
    "Datagrams that are no RTP are refused (appendix A.1)",
    arguments: [
      [], [0x80], [UInt8](repeating: 0x80, count: 11), [0x40] + [UInt8](repeating: 0, count: 20),
      // A header extension longer than the datagram, one contributing source too many, and padding beyond the payload.
      [0x90, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0xFF, 0xFF], [0x81, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3],
      [0xA0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 200], [0xA0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 0],
    ] as [[UInt8]])
  func refused(bytes: [UInt8]) {
    #expect(RTPPacket(parsing: bytes) == nil)
  }

  @Test("RTCP on the RTP port is told apart by its second octet (RFC 5761 section 4)")
  func multiplexed() {
    #expect(RTPPacket.isRTCP([0x80, 200]) && RTPPacket.isRTCP([0x81, 203]))
    #expect(!RTPPacket.isRTCP([0x80, 0]) && !RTPPacket.isRTCP([0x80, 0x80 | 8]) && !RTPPacket.isRTCP([0x80, 0x80 | 101]))
  }

  @Test("A compound survives being written and read (section 6)")
  func compound() {
    let block = ReportBlock(
      ssrc: 5, fractionLost: 64, cumulativeLost: -3, highestSequence: 0x0001_0002, jitter: 77, lastSenderReport: 0xAABB_CCDD,
      delaySinceLastSenderReport: 65_536)
    let info = RTCPPacket.SenderInfo(ntpTime: 0x1234_5678_9ABC_DEF0, rtpTimestamp: 9, packetCount: 10, octetCount: 1600)
    let packets: [RTCPPacket] = [
      .senderReport(ssrc: 1, info, [block]), .receiverReport(ssrc: 1, [block, block]),
      .sourceDescription([.init(ssrc: 1, cname: "a"), .init(ssrc: 2, cname: "abcdef"), .init(ssrc: 3, cname: nil)]),
      .bye([1, 2], reason: "done"), .bye([1], reason: nil),
    ]
    let bytes = RTCPPacket.serializeCompound(packets)
    #expect(bytes.count % 4 == 0)
    #expect(RTCPPacket.parseCompound(bytes) == packets)
  }

  @Test("A text longer than its 255 octets is cut between two characters (section 6.5)")
  func longText() throws {
    let reason = "x" + String(repeating: "\u{FFFD}", count: 100)
    let bytes = RTCPPacket.serializeCompound([.receiverReport(ssrc: 1, []), .bye([1], reason: reason)])
    let packets = try #require(RTCPPacket.parseCompound(bytes))
    #expect(packets.last == .bye([1], reason: "x" + String(repeating: "\u{FFFD}", count: 84)))
    #expect(RTCPPacket.serializeCompound(packets) == bytes)
  }

  @Test("A compound that does not begin with a report, or whose lengths do not add up, is refused (appendix A.2)")
  func invalidCompounds() {
    #expect(RTCPPacket.parseCompound(RTCPPacket.serializeCompound([.bye([1], reason: nil)])) == nil)
    let good = RTCPPacket.serializeCompound([.receiverReport(ssrc: 1, []), .bye([1], reason: nil)])
    #expect(RTCPPacket.parseCompound(good) != nil)
    #expect(RTCPPacket.parseCompound(Array(good.dropLast())) == nil)
    #expect(RTCPPacket.parseCompound(good + [0]) == nil)
    var wrongVersion = good
    wrongVersion[8] = 0x41
    #expect(RTCPPacket.parseCompound(wrongVersion) == nil)
    var paddedFirst = good
    paddedFirst[0] |= 0x20
    #expect(RTCPPacket.parseCompound(paddedFirst) == nil)
  }
}
