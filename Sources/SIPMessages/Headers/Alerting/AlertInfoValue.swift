/// One value of Alert-Info, whatever somebody made of it. Reading it never fails: "the value may contain URIs of any scheme, may
/// contain syntactically invalid values, and may be syntactically invalid overall" (RFC 8433 section 8), and the rest of the field
/// has to be of use all the same.
public struct AlertInfoValue: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    case alert(AlertURN)
    /// Begins with `urn:alert:` and breaks the rules of RFC 7462 section 7.
    case invalidAlert
    /// Any other URI, in lower case up to the colon. It is never fetched; a `file:` or `http:` URI is at most a word that a vendor
    /// gave a meaning to.
    case uri(scheme: String)
    /// No URI at all: `Bellcore-dr2`, `info=alert-external`, `Ring Answer`.
    case text
  }

  public let content: Content
  /// What stands in angle brackets, or before the first semicolon; at most 256 bytes of it.
  public let text: String
  /// Names in lower case, without quotes; at most 16.
  public let parameters: [(name: String, value: String)]

  static let longestText = 256

  init(_ element: ArraySlice<UInt8>) {
    var target = element
    var rest: ArraySlice<UInt8> = []
    if let open = element.firstIndex(of: 0x3C), let close = element[open...].firstIndex(of: 0x3E) {
      target = element[(open + 1)..<close]
      rest = element[(close + 1)...]
    } else if let semicolon = element.firstIndex(of: 0x3B) {
      target = element[..<semicolon]
      rest = element[semicolon...]
    }
    target = Self.trimmed(target)
    text = String(decoding: target.prefix(Self.longestText), as: UTF8.self)
    var parameters: [(name: String, value: String)] = []
    for part in rest.split(separator: 0x3B).prefix(16) {
      let halves = part.split(separator: 0x3D, maxSplits: 1)
      guard let name = halves.first.map({ Self.trimmed($0) }), !name.isEmpty, name.count <= 64 else { continue }
      let value = halves.count > 1 ? Self.trimmed(halves[1]).prefix(Self.longestText) : []
      let unquoted = value.first == 0x22 ? HeaderCursor.unquote(value) : String(decoding: value, as: UTF8.self)
      parameters.append((String(decoding: name, as: UTF8.self).lowercased(), unquoted))
    }
    self.parameters = parameters
    content = Self.content(of: target)
  }

  private static func content(of target: ArraySlice<UInt8>) -> Content {
    if AlertURN.hasPrefix(target) { return AlertURN(bytes: target).map { .alert($0) } ?? .invalidAlert }
    guard let colon = target.firstIndex(of: 0x3A), let first = target.first, first.lowercasedASCII &- 97 < 26 else { return .text }
    let scheme = target[..<colon]
    let isScheme =
      scheme.count <= 32
      && scheme.allSatisfy {
        $0.isDigit || $0.lowercasedASCII &- 97 < 26 || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E
      }
    return isScheme ? .uri(scheme: String(decoding: scheme.map(\.lowercasedASCII), as: UTF8.self)) : .text
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while let first = bytes.first, first.isLinearWhitespace { bytes.removeFirst() }
    while let last = bytes.last, last.isLinearWhitespace { bytes.removeLast() }
    return bytes
  }

  /// The first parameter of that name, in lower case; empty for a flag, nil when there is none.
  public func parameter(_ name: String) -> String? {
    parameters.first { $0.name == name }?.value
  }

  /// The words by which vendors name a ring, in lower case: the text itself and its parameters `info` and `alert`.
  public var vendorWords: [String] {
    var words: [String] = []
    let lower = text.lowercased()
    if content == .text, !lower.isEmpty {
      words.append(lower.hasPrefix("info=") ? String(lower.dropFirst(5)) : lower)
    }
    for (name, value) in parameters where (name == "info" || name == "alert") && !value.isEmpty {
      words.append(value.lowercased())
    }
    // `file://Bellcore-dr1` and `http://127.0.0.1/Bellcore-dr2`: the last part is the name.
    if case .uri = content, let last = lower.split(separator: "/").last { words.append(String(last)) }
    return words
  }

  /// The line of a shared appearance (RFC 7463 section 9.1); nil when none is named.
  public var appearance: Int? {
    parameter("appearance").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
  }

  public static func == (left: AlertInfoValue, right: AlertInfoValue) -> Bool {
    left.content == right.content && left.text == right.text
      && left.parameters.elementsEqual(right.parameters) { $0.name == $1.name && $0.value == $1.value }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(content)
    hasher.combine(text)
  }
}
