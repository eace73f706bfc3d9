/// A `tel:` URI, a telephone number (RFC 3966).
public struct TelURI: Hashable, Sendable, CustomStringConvertible {
  /// The number as written, with its visual separators and a leading plus sign when it is global.
  public var number: String
  public var parameters: Parameters

  /// A number with or without visual separators; nil when it holds no digit or something that is no number's.
  public init?(number: String, context: String? = nil) {
    var bytes = Array(number.utf8)
    if let context { bytes += Array(";phone-context=\(context)".utf8) }
    guard let uri = try? TelURI(bytes: bytes[...], start: 0) else { return nil }
    self = uri
  }

  /// Reads what follows the scheme.
  init(bytes: ArraySlice<UInt8>, start: Int) throws(URIError) {
    let end = bytes.firstIndex(of: 0x3B) ?? bytes.endIndex
    let number = bytes[bytes.startIndex..<end]
    let isGlobal = number.first == 0x2B
    var digits = 0
    for index in number.indices {
      let byte = number[index]
      if byte.isDigit || (!isGlobal && (byte == 0x2A || byte == 0x23 || (byte.hexadecimalValue ?? 0) >= 10)) {
        digits += 1
      } else if !Self.isVisualSeparator(byte), !(isGlobal && index == number.startIndex) {
        throw URIError(.badNumber, offset: index - start)
      }
    }
    guard digits > 0 else { throw URIError(.badNumber, offset: bytes.startIndex - start) }
    var index = end
    while index < bytes.endIndex {
      guard bytes[index] == 0x3B else { throw URIError(.badParameter, offset: index - start) }
      index += 1
      let first = index
      while index < bytes.endIndex, ByteSet.uriParameter.contains(bytes[index]) || bytes[index] == 0x3D { index += 1 }
      guard index > first, bytes[first] != 0x3D else { throw URIError(.badParameter, offset: first - start) }
    }
    self.number = String(decoding: number, as: UTF8.self)
    parameters = Parameters(validated: bytes[end...], style: .uri)
  }

  private static func isVisualSeparator(_ byte: UInt8) -> Bool {
    byte == 0x2D || byte == 0x2E || byte == 0x28 || byte == 0x29
  }

  /// Whether the number starts with a plus sign and is the same everywhere.
  public var isGlobal: Bool { number.hasPrefix("+") }

  /// The number without visual separators.
  public var digits: String {
    String(decoding: number.utf8.filter { !Self.isVisualSeparator($0) }, as: UTF8.self)
  }

  /// The number and its parameters as the user part of a SIP URI has them (RFC 3261 section 19.1.6): without visual separators, in
  /// lower case, the parameters in the order of RFC 3966 section 3, so that equal numbers make equal SIP URIs.
  public var subscriber: String {
    let first = ["isub", "ext", "postd", "phone-context"]
    let ordered = parameters.elements.map { (name: $0.name.lowercased(), value: $0.rawValue?.lowercased()) }.sorted {
      let (one, two) = (first.firstIndex(of: $0.name) ?? first.count, first.firstIndex(of: $1.name) ?? first.count)
      return one == two ? $0.name < $1.name : one < two
    }
    let text = digits.lowercased() + ordered.map { ";\($0.name)" + ($0.value.map { "=\($0)" } ?? "") }.joined()
    return PercentEncoding.complete(text, keeping: .user)
  }

  /// The wire form.
  public var description: String { "tel:\(number)\(parameters.description)" }

  /// Whether both are the same number (RFC 3966 section 4): separators and the order of parameters do not count, case does not
  /// either.
  public func matches(_ other: TelURI) -> Bool {
    guard isGlobal == other.isGlobal, digits.equalsIgnoringCase(other.digits) else { return false }
    let (one, two) = (parameters.elements, other.parameters.elements)
    guard one.count == two.count else { return false }
    // Of a name that is there twice the first counts; both ways, because one of them may have it twice where the other has another.
    return (one + two).allSatisfy { element in
      guard parameters.has(element.name), other.parameters.has(element.name) else { return false }
      return (parameters.rawValue(element.name) ?? "").equalsIgnoringCase(other.parameters.rawValue(element.name) ?? "")
    }
  }
}
