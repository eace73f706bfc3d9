extension RTCPPacket {
  /// Reads a compound packet; nil when it fails the checks of RFC 3550 appendix A.2: every part is of version 2, the first is a
  /// report without padding, and the lengths add up to the datagram's.
  public static func parseCompound(_ datagram: [UInt8]) -> [RTCPPacket]? {
    guard datagram.count >= 8, datagram[1] == 200 || datagram[1] == 201, datagram[0] & 0x20 == 0 else { return nil }
    var packets: [RTCPPacket] = []
    var index = 0
    while index < datagram.count {
      guard datagram.count - index >= 4, datagram[index] >> 6 == 2 else { return nil }
      let end = index + 4 + 4 * Int(Bytes.read16(datagram, at: index + 2))
      guard end <= datagram.count else { return nil }
      var contentEnd = end
      if datagram[index] & 0x20 != 0 {
        // Padding may stand in the last part only (RFC 3550 section 6.4.1).
        let padding = Int(datagram[end - 1])
        guard end == datagram.count, padding > 0, padding % 4 == 0, padding <= end - index - 4 else { return nil }
        contentEnd -= padding
      }
      guard let packet = parse(datagram, from: index, to: contentEnd) else { return nil }
      packets.append(packet)
      index = end
    }
    return packets
  }

  private static func parse(_ bytes: [UInt8], from start: Int, to end: Int) -> RTCPPacket? {
    let count = Int(bytes[start] & 0x1F)
    let content = start + 4
    switch bytes[start + 1] {
    case 200:
      guard end - content >= 24 + 24 * count else { return nil }
      let info = SenderInfo(
        ntpTime: UInt64(Bytes.read32(bytes, at: content + 4)) << 32 | UInt64(Bytes.read32(bytes, at: content + 8)),
        rtpTimestamp: Bytes.read32(bytes, at: content + 12), packetCount: Bytes.read32(bytes, at: content + 16),
        octetCount: Bytes.read32(bytes, at: content + 20))
      return .senderReport(ssrc: Bytes.read32(bytes, at: content), info, blocks(bytes, at: content + 24, count: count))
    case 201:
      guard end - content >= 4 + 24 * count else { return nil }
      return .receiverReport(ssrc: Bytes.read32(bytes, at: content), blocks(bytes, at: content + 4, count: count))
    case 202:
      return chunks(bytes, from: content, to: end, count: count).map { .sourceDescription($0) }
    case 203:
      guard end - content >= 4 * count else { return nil }
      let sources = (0..<count).map { Bytes.read32(bytes, at: content + 4 * $0) }
      let text = content + 4 * count
      guard text < end else { return .bye(sources, reason: nil) }
      let length = Int(bytes[text])
      guard text + 1 + length <= end else { return nil }
      return .bye(sources, reason: String(decoding: bytes[(text + 1)..<(text + 1 + length)], as: UTF8.self))
    case let type: return .other(type: type)
    }
  }

  private static func blocks(_ bytes: [UInt8], at start: Int, count: Int) -> [ReportBlock] {
    (0..<count).map { number in
      let at = start + 24 * number
      // The sign of the 24-bit count is its highest bit.
      let lost = Int32(bitPattern: Bytes.read32(bytes, at: at + 4) << 8) >> 8
      return ReportBlock(
        ssrc: Bytes.read32(bytes, at: at), fractionLost: bytes[at + 4], cumulativeLost: lost,
        highestSequence: Bytes.read32(bytes, at: at + 8), jitter: Bytes.read32(bytes, at: at + 12),
        lastSenderReport: Bytes.read32(bytes, at: at + 16), delaySinceLastSenderReport: Bytes.read32(bytes, at: at + 20))
    }
  }

  private static func chunks(_ bytes: [UInt8], from start: Int, to end: Int, count: Int) -> [Chunk]? {
    var chunks: [Chunk] = []
    var index = start
    for _ in 0..<count {
      guard index + 4 <= end else { return nil }
      var chunk = Chunk(ssrc: Bytes.read32(bytes, at: index), cname: nil)
      index += 4
      while index < end, bytes[index] != 0 {
        guard index + 2 <= end else { return nil }
        let type = bytes[index]
        let length = Int(bytes[index + 1])
        guard index + 2 + length <= end else { return nil }
        if type == 1 { chunk.cname = String(decoding: bytes[(index + 2)..<(index + 2 + length)], as: UTF8.self) }
        index += 2 + length
      }
      // A null octet ends the list, and more of them fill the word (RFC 3550 section 6.5).
      guard index < end else { return nil }
      index += 4 - (index - start) % 4
      guard index <= end else { return nil }
      chunks.append(chunk)
    }
    return chunks
  }
}
