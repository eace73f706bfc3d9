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
          let text = Array(cname.utf8.prefix(255))
          bytes.append(1)
          bytes.append(UInt8(text.count))
          bytes.append(contentsOf: text)
        }
        repeat { bytes.append(0) } while (bytes.count - start) % 4 != 0
      }
    case .bye(let sources, let reason):
      header = (203, min(sources.count, 31))
      for source in sources.prefix(31) { Bytes.append32(source, to: &bytes) }
      if let reason {
        let text = Array(reason.utf8.prefix(255))
        bytes.append(UInt8(text.count))
        bytes.append(contentsOf: text)
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

  private static func append(_ block: ReportBlock, to bytes: inout [UInt8]) {
    Bytes.append32(block.ssrc, to: &bytes)
    Bytes.append32(UInt32(block.fractionLost) << 24 | UInt32(bitPattern: block.cumulativeLost) & 0x00FF_FFFF, to: &bytes)
    Bytes.append32(block.highestSequence, to: &bytes)
    Bytes.append32(block.jitter, to: &bytes)
    Bytes.append32(block.lastSenderReport, to: &bytes)
    Bytes.append32(block.delaySinceLastSenderReport, to: &bytes)
  }
}
