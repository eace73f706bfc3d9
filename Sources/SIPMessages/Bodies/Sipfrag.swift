/// A fragment of a SIP message (RFC 3420): a start line, header fields and a body, each of which may be missing.
///
/// REFER's NOTIFY carries one with at least a status line (RFC 3515 section 2.4.5).
public struct Sipfrag: Hashable, Sendable {
  /// `SIP/2.0 200 OK`, without its line end; nil when the fragment starts with a header field.
  public var startLine: String?
  public var fields: HeaderFields
  public var body: [UInt8]

  public init(startLine: String? = nil, fields: HeaderFields = HeaderFields(), body: [UInt8] = []) {
    self.startLine = startLine
    self.fields = fields
    self.body = body
  }

  /// A status line and nothing else.
  public init(status: StatusCode, reason: String? = nil) {
    self.init(startLine: "SIP/2.0 \(status.rawValue) \(reason ?? status.defaultReason)")
  }

  /// Reads a fragment. A line that is no header field ends what is read.
  public init(_ bytes: [UInt8]) {
    var rest = bytes
    let lineEnd = bytes.firstIndex(of: 0x0A) ?? bytes.count
    var line = bytes[..<lineEnd]
    if line.last == 0x0D { line = line.dropLast() }
    if Self.isStartLine(line, of: bytes) {
      startLine = String(decoding: line, as: UTF8.self)
      rest = Array(bytes[min(lineEnd + 1, bytes.count)...])
    }
    // A fragment need not end with a line end, and the scanner wants one.
    if rest.last != 0x0A { rest += [0x0D, 0x0A] }
    let (fields, bodyStart) = HeadScanner.partFields(rest)
    self.fields = fields
    body = Array(rest[bodyStart...])
  }

  /// A carriage return within a line could not be written again. `To : a SIP/2.0` is a header field: no Request-URI begins with a
  /// colon, and none holds a blank.
  private static func isStartLine(_ line: ArraySlice<UInt8>, of bytes: [UInt8]) -> Bool {
    guard !line.contains(0x0D) else { return false }
    var fault: HeadFault?
    switch StartLine.parse(bytes.span, line.startIndex..<line.endIndex, fault: &fault) {
    case .request(_, let uri, _): return fault == nil && bytes[uri.lowerBound] != 0x3A
    case .status: return true
    case nil: return false
    }
  }

  /// The status code of the start line; nil when there is none or it is a request's.
  public var status: StatusCode? {
    guard let words = startLine?.split(separator: " ", maxSplits: 2), words.count >= 2, words[0].hasPrefix("SIP/") else {
      return nil
    }
    return Int(words[1]).flatMap { (100..<700).contains($0) ? StatusCode($0) : nil }
  }

  /// The reason phrase of the start line; nil as for `status`.
  public var reason: String? {
    guard status != nil, let words = startLine?.split(separator: " ", maxSplits: 2) else { return nil }
    return words.count > 2 ? String(words[2]) : ""
  }

  /// The wire form.
  public func serialized() -> [UInt8] {
    var bytes: [UInt8] = []
    if let startLine {
      bytes.append(fieldText: startLine)
      bytes += [0x0D, 0x0A]
    }
    fields.serialize(into: &bytes)
    if !body.isEmpty {
      bytes += [0x0D, 0x0A]
      bytes += body
    }
    return bytes
  }
}
