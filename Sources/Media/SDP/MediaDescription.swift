/// A media part: an `m=` line and what follows it (RFC 8866 section 5.14).
public struct MediaDescription: Hashable, Sendable {
  /// `audio`, `video`, `application`, `text`, `message`, `image` …
  public var kind: String
  /// 0 means that the stream is refused or over (RFC 3264 section 6).
  public var port: UInt16
  /// How many consecutive ports (pairs, for RTP); 1 unless written.
  public var portCount: Int
  /// The transport, such as `RTP/AVP`.
  public var proto: String
  /// Payload type numbers for RTP, in order of preference.
  public var formats: [String]
  public var information: String?
  public var connection: SDPConnection?
  public var bandwidths: [String]
  public var attributes: [SDPAttribute]

  public init(
    kind: String, port: UInt16, portCount: Int = 1, proto: String = "RTP/AVP", formats: [String] = [], information: String? = nil,
    connection: SDPConnection? = nil, bandwidths: [String] = [], attributes: [SDPAttribute] = []
  ) {
    self.kind = kind
    self.port = port
    self.portCount = portCount
    self.proto = proto
    self.formats = formats
    self.information = information
    self.connection = connection
    self.bandwidths = bandwidths
    self.attributes = attributes
  }

  /// The value of the first attribute of that name; nil when there is none or it has no value.
  public func attribute(_ name: String) -> String? {
    attributes.first { $0.name == name }?.value
  }

  public func hasAttribute(_ name: String) -> Bool {
    attributes.contains { $0.name == name }
  }

  /// The media part's own direction attribute; nil when it has none.
  public var direction: MediaDirection? {
    SDPAttribute.direction(in: attributes)
  }

  /// The packet time in milliseconds that the author wishes to receive (RFC 8866 section 6.4).
  public var ptime: Int? { milliseconds("ptime") }

  /// The longest packet in milliseconds that the author takes (RFC 8866 section 6.5).
  public var maxptime: Int? { milliseconds("maxptime") }

  private func milliseconds(_ name: String) -> Int? {
    guard let text = attribute(name), let value = Int(SDPText.trim(text)), (1...10_000).contains(value) else { return nil }
    return value
  }

  /// The events that the author understands (RFC 4733 section 2.5.1.1): those listed, and the sixteen keys when nothing legible is.
  func telephoneEvents(of payloadType: UInt8) -> [ClosedRange<UInt8>] {
    let text = formatParameters(of: payloadType) ?? ""
    var ranges: [ClosedRange<UInt8>] = []
    // `events=0-15` is how some write it; a list of more than this is none.
    for part in text.drop(while: { !$0.isNumber }).split(separator: ",").prefix(64) {
      let ends = part.split(separator: "-").map { UInt8(SDPText.trim($0)) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last, ends.count <= 2 else { continue }
      ranges.append(first...last)
    }
    return ranges.isEmpty ? [0...15] : ranges
  }

  /// The format parameters of a payload type (RFC 8866 section 6.15), nil when it has none.
  public func formatParameters(of payloadType: UInt8) -> String? {
    let prefix = "\(payloadType) "
    for attribute in attributes where attribute.name == "fmtp" {
      if let value = attribute.value, value.hasPrefix(prefix) { return SDPText.trim(value.dropFirst(prefix.count)) }
    }
    return nil
  }
}

extension SDPAttribute {
  /// The last direction attribute wins; a description should have one only.
  static func direction(in attributes: [SDPAttribute]) -> MediaDirection? {
    for attribute in attributes.reversed() where attribute.value == nil {
      if let direction = MediaDirection(rawValue: attribute.name) { return direction }
    }
    return nil
  }
}
