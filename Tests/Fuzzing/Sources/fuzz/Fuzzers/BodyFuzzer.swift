import SIPMessages

/// The first line is a boundary, the rest a body of several parts; the whole is read as a fragment too.
enum BodyFuzzer: Fuzzer {
  static let name = "body"
  static let summary = "bodies of several parts, and fragments of messages (RFC 2046, RFC 3420)"

  static func run(_ bytes: [UInt8]) {
    fragment(bytes)
    let end = bytes.firstIndex(of: 0x0A) ?? bytes.count
    var type = ContentType("multipart", "mixed")
    type.parameters.setQuoted("boundary", String(decoding: bytes[..<end], as: UTF8.self))
    guard let parts = Multipart(Body(contentType: type, bytes: Array(bytes[min(end + 1, bytes.count)...]))) else { return }
    require(parts.parts.count <= MessageLimits.bodyParts, "more parts than the limit")
    let flattened = parts.flattened
    require(flattened.count <= 2000, "\(flattened.count) parts after flattening")
    for part in flattened {
      HeaderTypes.readAll(part.fields)
      guard let identifier = part.contentID else { continue }
      require(parts.part(contentID: identifier) != nil, "no part is found by \(identifier)")
    }
    _ = parts.first(.sdp)
    guard let again = Multipart(parts.body) else { fatalError("what was written cannot be read") }
    require(again.parts.count == parts.parts.count, "another number of parts comes back")
    require(again.body == Multipart(again.body)?.body, "it changes each time it is written")
  }

  private static func fragment(_ bytes: [UInt8]) {
    let fragment = Sipfrag(bytes)
    HeaderTypes.readAll(fragment.fields)
    if let status = fragment.status { require((100..<700).contains(status.rawValue), "a status of \(status.rawValue)") }
    _ = fragment.reason
    let again = Sipfrag(fragment.serialized())
    require(again.startLine == fragment.startLine, "the start line comes back as \(again.startLine ?? "nothing")")
    require(again.fields == fragment.fields, "the fields come back as others")
  }
}
