extension RTCPPacket {
  public static func serializeCompound(_ packets: [RTCPPacket]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(128)
    for packet in packets { packet.append(to: &bytes) }
    return bytes
  }

  private func append(to bytes: inout [UInt8]) {
    let start = bytes.count
    for _ in 0..<4 { bytes.append(0) }
    let header: (type: UInt8, count: Int)
    switch self {
    case .senderReport(let ssrc, let info, let blocks):
      header = (200, min(blocks.count, 31))
      Bytes.append32(ssrc, to: &bytes)
      Bytes.append32(UInt32(truncatingIfNeeded: info.ntpTime >> 32), to: &bytes)
      Bytes.append32(UInt32(truncatingIfNeeded: info.ntpTime), to: &bytes)
      Bytes.append32(info.rtpTimestamp, to: &bytes)
      Bytes.append32(info.packetCount, to: &bytes)
      Bytes.append32(info.octetCount, to: &bytes)
      for block in blocks.prefix(31) { Self.append(block, to: &bytes) }
    case .receiverReport(let ssrc, let blocks):
      header = (201, min(blocks.count, 31))
      Bytes.append32(ssrc, to: &bytes)
      for block in blocks.prefix(31) { Self.append(block, to: &bytes) }
    case .sourceDescription(let chunks):
      header = (202, min(chunks.count, 31))
      for chunk in chunks.prefix(31) {
        Bytes.append32(chunk.ssrc, to: &bytes)
        if let cname = chunk.cname {
          bytes.append(1)
          Self.append(cname, to: &bytes)
        }
        repeat { bytes.append(0) } while (bytes.count - start) % 4 != 0
      }
    case .bye(let sources, let reason):
      header = (203, min(sources.count, 31))
      for source in sources.prefix(31) { Bytes.append32(source, to: &bytes) }
      if let reason {
        Self.append(reason, to: &bytes)
        while (bytes.count - start) % 4 != 0 { bytes.append(0) }
      }
    case .other(let type):
      header = (type, 0)
    }
    bytes[start] = 0x80 | UInt8(header.count)
    bytes[start + 1] = header.type
    let words = UInt16(truncatingIfNeeded: (bytes.count - start) / 4 - 1)
    bytes[start + 2] = UInt8(truncatingIfNeeded: words >> 8)
    bytes[start + 3] = UInt8(truncatingIfNeeded: words)
  }

  /// A text behind its length, of 255 octets at most; it ends with a whole character of UTF-8 (RFC 3550 section 6.5).
  private static func append(_ text: String, to bytes: inout [UInt8]) {
    var octets: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard octets.count + scalar.utf8.count <= 255 else { break }
      octets.append(contentsOf: scalar.utf8)
    }
    bytes.append(UInt8(octets.count))
    bytes.append(contentsOf: octets)
  }

  private static func append(_ block: ReportBlock, to bytes: inout [UInt8]) {
    Bytes.append32(block.ssrc, to: &bytes)
    Bytes.append32(UInt32(block.fractionLost) << 24 | UInt32(bitPattern: block.cumulativeLost) & 0x00FF_FFFF, to: &bytes)
    Bytes.append32(block.highestSequence, to: &bytes)
    Bytes.append32(block.jitter, to: &bytes)
    Bytes.append32(block.lastSenderReport, to: &bytes)
    Bytes.append32(block.delaySinceLastSenderReport, to: &bytes)
  }
}
