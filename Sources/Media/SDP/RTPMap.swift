/// What a payload type stands for: an `a=rtpmap` line (RFC 8866 section 6.6), or a static assignment (RFC 3551 section 6).
public struct RTPMap: Hashable, Sendable {
  public var payloadType: UInt8
  /// As written; encoding names are compared without case.
  public var encodingName: String
  /// Ticks of the RTP timestamp a second.
  public var clockRate: Int
  public var channels: Int

  public init(payloadType: UInt8, encodingName: String, clockRate: Int, channels: Int = 1) {
    self.payloadType = payloadType
    self.encodingName = encodingName
    self.clockRate = clockRate
    self.channels = channels
  }

  /// Reads `96 L16/16000/1`; nil when it is not of that form.
  public init?(parsing text: String) {
    let bytes = Array(text.utf8)
    guard let start = bytes.firstIndex(where: { $0 != 32 }), let blank = bytes[start...].firstIndex(of: 32),
      let number = SDPText.integer(bytes, start..<blank), (0..<128).contains(number)
    else { return nil }
    let encoding = SDPText.trimmed(bytes, blank..<bytes.count)
    guard let nameEnd = bytes[encoding].firstIndex(of: UInt8(ascii: "/")), nameEnd > encoding.lowerBound else { return nil }
    let rateStart = nameEnd + 1
    let rateEnd = bytes[rateStart..<encoding.upperBound].firstIndex(of: UInt8(ascii: "/")) ?? encoding.upperBound
    guard let rate = SDPText.integer(bytes, rateStart..<rateEnd), (1...1_000_000).contains(rate) else { return nil }
    var channels = 1
    if rateEnd < encoding.upperBound {
      guard let written = SDPText.integer(bytes, (rateEnd + 1)..<encoding.upperBound), (1...255).contains(written) else {
        return nil
      }
      channels = written
    }
    self.init(
      payloadType: UInt8(number), encodingName: String(decoding: bytes[encoding.lowerBound..<nameEnd], as: UTF8.self),
      clockRate: rate, channels: channels)
  }

  public var text: String {
    "\(payloadType) \(encodingName)/\(clockRate)" + (channels > 1 ? "/\(channels)" : "")
  }

  /// The static assignments that a telephone may meet without an rtpmap.
  public static func assigned(_ payloadType: UInt8) -> RTPMap? {
    switch payloadType {
    case 0: RTPMap(payloadType: 0, encodingName: "PCMU", clockRate: 8000)
    case 3: RTPMap(payloadType: 3, encodingName: "GSM", clockRate: 8000)
    case 4: RTPMap(payloadType: 4, encodingName: "G723", clockRate: 8000)
    case 8: RTPMap(payloadType: 8, encodingName: "PCMA", clockRate: 8000)
    // RFC 3551 section 4.5.2: the clock of G722 is 8000 by an old mistake.
    case 9: RTPMap(payloadType: 9, encodingName: "G722", clockRate: 8000)
    case 10: RTPMap(payloadType: 10, encodingName: "L16", clockRate: 44_100, channels: 2)
    case 11: RTPMap(payloadType: 11, encodingName: "L16", clockRate: 44_100)
    case 13: RTPMap(payloadType: 13, encodingName: "CN", clockRate: 8000)
    case 18: RTPMap(payloadType: 18, encodingName: "G729", clockRate: 8000)
    default: nil
    }
  }
}

extension MediaDescription {
  /// The formats of the `m=` line in its order, each with its meaning. Formats without one are left out, and so are second
  /// mentions.
  public var rtpmaps: [RTPMap] {
    var written: [RTPMap] = []
    for attribute in attributes where attribute.name == "rtpmap" {
      if let value = attribute.value, let map = RTPMap(parsing: value) { written.append(map) }
    }
    var result: [RTPMap] = []
    for format in formats {
      guard let number = UInt8(format), number < 128, !result.contains(where: { $0.payloadType == number }) else { continue }
      if let map = written.first(where: { $0.payloadType == number }) ?? RTPMap.assigned(number) { result.append(map) }
    }
    return result
  }
}
