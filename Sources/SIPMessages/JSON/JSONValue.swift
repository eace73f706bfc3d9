/// A JSON value (RFC 8259). Members keep their order, so that lines can be compared as text.
public enum JSONValue: Hashable, Sendable {
  case string(String)
  case integer(Int64)
  /// A number with a fraction, an exponent, or too many digits for `integer`, as it was written. Nobody calculates with it.
  case decimal(String)
  case boolean(Bool)
  case null
  case array([JSONValue])
  case object([Member])

  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: JSONValue

    public init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// The member of an object; nil when there is none, or when this is no object.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  public var integer: Int64? {
    if case .integer(let number) = self { number } else { nil }
  }

  /// The values of an array; nil for anything else.
  public var elements: [JSONValue]? {
    if case .array(let values) = self { values } else { nil }
  }

  /// The members of an object; nil for anything else.
  public var members: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The value with the members of all objects in the order of their names (RFC 8225 section 9); what is in arrays keeps its order.
  public var canonical: JSONValue {
    switch self {
    case .object(let members):
      .object(
        members.map { Member(name: $0.name, value: $0.value.canonical) }
          .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
    case .array(let values): .array(values.map(\.canonical))
    case .string, .integer, .decimal, .boolean, .null: self
    }
  }

  /// One line, without spaces between the tokens.
  public var text: String {
    var bytes: [UInt8] = []
    write(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func write(into bytes: inout [UInt8]) {
    switch self {
    case .string(let text): Self.write(text, into: &bytes)
    case .integer(let number): bytes += "\(number)".utf8
    case .decimal(let text): bytes += text.utf8
    case .boolean(let truth): bytes += (truth ? "true" : "false").utf8
    case .null: bytes += "null".utf8
    case .array(let values):
      bytes.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        value.write(into: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(member.name, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(into: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: bytes += "\\\"".utf8
      case 0x5C: bytes += "\\\\".utf8
      case 0x0A: bytes += "\\n".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x09: bytes += "\\t".utf8
      // Section 7 asks for the first 32 only. The others move a terminal's cursor or break a line reader.
      case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: bytes += "\\u\(hexadecimal(scalar.value))".utf8
      default: bytes += Array(String(scalar).utf8)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
