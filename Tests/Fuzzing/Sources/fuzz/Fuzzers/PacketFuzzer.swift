import Media

/// One datagram, read as RTP, RTCP and the payload of a telephone-event.
enum PacketFuzzer: Fuzzer {
  static let name = "packet"
  static let summary = "RTP, RTCP and telephone-event packets: what was read comes back (RFC 3550, RFC 4733)"
  static let longestInput = 1500

  static func run(_ bytes: [UInt8]) {
    if let packet = RTPPacket(parsing: bytes) {
      require(packet.payload.count <= bytes.count - 12, "a payload longer than its datagram")
      require(RTPPacket(parsing: packet.serialized()) == packet, "RTP comes back as something else")
    }
    if let event = TelephoneEvent(parsing: bytes[...]) {
      var written: [UInt8] = []
      event.append(to: &written)
      require(TelephoneEvent(parsing: written[...]) == event, "an event comes back as another")
      if let digit = TelephoneEvent.digit(of: event.event) {
        require(TelephoneEvent.event(of: digit) == event.event, "a key comes back as another")
      }
    }
    if let packets = RTCPPacket.parseCompound(bytes) {
      require(packets.count <= bytes.count / 4, "more parts than words")
      // What we do not read is written without its content.
      let known = packets.filter { if case .other = $0 { false } else { true } }
      let again = RTCPPacket.parseCompound(RTCPPacket.serializeCompound(known))
      require(again?.count == known.count, "RTCP comes back as \(String(describing: again)), it was \(known)")
      require(again.map { RTCPPacket.serializeCompound($0) } == RTCPPacket.serializeCompound(known), "RTCP changes when written")
    }
  }
}
