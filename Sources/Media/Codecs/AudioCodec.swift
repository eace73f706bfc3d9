/// The audio encodings we speak (RFC 3551 section 4.5).
public enum AudioCodec: Hashable, Sendable, CaseIterable {
  case pcmu
  case pcma
  /// Linear, 16 bits, network order, one channel, 16 kHz.
  case l16Wide
  /// The same at 8 kHz.
  case l16Narrow

  /// The name of the rtpmap.
  public var name: String {
    switch self {
    case .pcmu: "PCMU"
    case .pcma: "PCMA"
    case .l16Wide, .l16Narrow: "L16"
    }
  }

  /// Samples and RTP timestamp ticks a second.
  public var clockRate: Int {
    self == .l16Wide ? 16_000 : 8_000
  }

  /// The payload type of RFC 3551 table 4; nil when it must be chosen for the session.
  public var staticPayloadType: UInt8? {
    switch self {
    case .pcmu: 0
    case .pcma: 8
    case .l16Wide, .l16Narrow: nil
    }
  }

  var bytesPerSample: Int {
    switch self {
    case .pcmu, .pcma: 1
    case .l16Wide, .l16Narrow: 2
    }
  }

  /// The codec of an rtpmap; nil when we do not speak it.
  public init?(_ map: RTPMap) {
    guard map.channels == 1 else { return nil }
    switch map.clockRate {
    case 8000 where SDPText.isEqual(map.encodingName, lowercase: "pcmu"): self = .pcmu
    case 8000 where SDPText.isEqual(map.encodingName, lowercase: "pcma"): self = .pcma
    case 8000 where SDPText.isEqual(map.encodingName, lowercase: "l16"): self = .l16Narrow
    case 16_000 where SDPText.isEqual(map.encodingName, lowercase: "l16"): self = .l16Wide
    default: return nil
    }
  }

  /// The codecs that a word of the configuration names: `PCMU`, `PCMA`, `L16/16000`, `L16/8000`, or `L16` for both, the wide one
  /// first. Empty for a word that we do not know.
  public static func named(_ word: String) -> [AudioCodec] {
    switch word.uppercased() {
    case "PCMU", "G711U", "PCMU/8000": [.pcmu]
    case "PCMA", "G711A", "PCMA/8000": [.pcma]
    case "L16": [.l16Wide, .l16Narrow]
    case "L16/16000": [.l16Wide]
    case "L16/8000": [.l16Narrow]
    default: []
    }
  }
}
