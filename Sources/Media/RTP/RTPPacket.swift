/// An RTP packet (RFC 3550 section 5.1). The payload is a slice of the datagram: nothing is copied on the way in.
public struct RTPPacket: Hashable, Sendable {
  public var marker: Bool
  /// 0 to 127.
  public var payloadType: UInt8
  public var sequenceNumber: UInt16
  public var timestamp: UInt32
  public var ssrc: UInt32
  /// Without padding.
  public var payload: ArraySlice<UInt8>

  public init(
    marker: Bool, payloadType: UInt8, sequenceNumber: UInt16, timestamp: UInt32, ssrc: UInt32, payload: ArraySlice<UInt8>
  ) {
    self.marker = marker
    self.payloadType = payloadType & 0x7F
    self.sequenceNumber = sequenceNumber
    self.timestamp = timestamp
    self.ssrc = ssrc
    self.payload = payload
  }

  /// nil for what fails the checks of RFC 3550 appendix A.1: version 2, room for all that the header announces, believable padding.
  /// Header extensions are passed over (RFC 3550 section 5.3.1 allows it).
  public init?(parsing datagram: [UInt8]) {
    guard datagram.count >= 12, datagram[0] >> 6 == 2, !Self.isRTCP(datagram) else { return nil }
    let first = datagram[0]
    var start = 12 + 4 * Int(first & 0x0F)
    if first & 0x10 != 0 {
      guard datagram.count >= start + 4 else { return nil }
      start += 4 + 4 * Int(UInt16(datagram[start + 2]) << 8 | UInt16(datagram[start + 3]))
    }
    var end = datagram.count
    guard start <= end else { return nil }
    if first & 0x20 != 0 {
      let padding = Int(datagram[end - 1])
      guard padding > 0, padding <= end - start else { return nil }
      end -= padding
    }
    marker = datagram[1] & 0x80 != 0
    payloadType = datagram[1] & 0x7F
    sequenceNumber = UInt16(datagram[2]) << 8 | UInt16(datagram[3])
    timestamp = Bytes.read32(datagram, at: 4)
    ssrc = Bytes.read32(datagram, at: 8)
    payload = datagram[start..<end]
  }

  /// RFC 5761 section 4: the second octet of an RTCP packet is 192 to 223, which RTP with a marker and payload types 64 to 95 would
  /// have; those are not used.
  public static func isRTCP(_ datagram: [UInt8]) -> Bool {
    datagram.count >= 2 && (192...223).contains(datagram[1])
  }

  public func serialized() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(12 + payload.count)
    appendHeader(to: &bytes)
    bytes.append(contentsOf: payload)
    return bytes
  }

  func appendHeader(to bytes: inout [UInt8]) {
    bytes.append(0x80)
    bytes.append((marker ? 0x80 : 0) | payloadType)
    bytes.append(UInt8(truncatingIfNeeded: sequenceNumber >> 8))
    bytes.append(UInt8(truncatingIfNeeded: sequenceNumber))
    Bytes.append32(timestamp, to: &bytes)
    Bytes.append32(ssrc, to: &bytes)
  }
}
