/// Reads JSON (RFC 8259) strictly: nothing beside the grammar, no name twice in an object, nothing beyond the limits.
struct JSONParser {
  private let bytes: [UInt8]
  private let limits: JSONLimits
  private var index = 0
  private var count = 0

  init(_ bytes: [UInt8], limits: JSONLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  mutating func parse() throws(JSONError) -> JSONValue {
    guard bytes.count <= limits.bytes else { throw JSONError(.tooLong, offset: limits.bytes) }
    skipBlanks()
    let value = try value(depth: 0)
    skipBlanks()
    guard index == bytes.count else { throw error(.trailingBytes) }
    return value
  }

  private func error(_ code: JSONError.Code) -> JSONError { JSONError(code, offset: index) }

  private mutating func skipBlanks() {
    while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard index < bytes.count else { throw error(.unexpectedEnd) }
    guard skip(byte) else { throw error(.unexpectedByte) }
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    count += 1
    guard count <= limits.values else { throw error(.tooManyValues) }
    guard index < bytes.count else { throw error(.unexpectedEnd) }
    switch bytes[index] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .boolean(true))
    case UInt8(ascii: "f"): return try literal("false", .boolean(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), 0x30...0x39: return try number()
    default: throw error(.unexpectedByte)
    }
  }

  private mutating func literal(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for byte in word.utf8 { try expect(byte) }
    return value
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    guard depth < limits.depth else { throw error(.tooDeep) }
    index += 1
    var values: [JSONValue] = []
    skipBlanks()
    if skip(UInt8(ascii: "]")) { return .array(values) }
    repeat {
      skipBlanks()
      values.append(try value(depth: depth + 1))
      skipBlanks()
    } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
    return .array(values)
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    guard depth < limits.depth else { throw error(.tooDeep) }
    index += 1
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    skipBlanks()
    if skip(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipBlanks()
      guard index < bytes.count else { throw error(.unexpectedEnd) }
      guard bytes[index] == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
      let name = try string()
      guard names.insert(name).inserted else { throw error(.duplicateName) }
      skipBlanks()
      try expect(UInt8(ascii: ":"))
      skipBlanks()
      members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
      skipBlanks()
    } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
    return .object(members)
  }

  private mutating func digits() throws(JSONError) {
    let start = index
    while index < bytes.count, bytes[index].isDigit { index += 1 }
    if index == start { throw error(.badNumber) }
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = index
    _ = skip(UInt8(ascii: "-"))
    let first = index
    try digits()
    if bytes[first] == UInt8(ascii: "0"), index > first + 1 { throw error(.badNumber) }
    var isInteger = true
    if skip(UInt8(ascii: ".")) {
      isInteger = false
      try digits()
    }
    if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
      isInteger = false
      if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
      try digits()
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    guard isInteger, let number = Int64(text) else { return .decimal(text) }
    return .integer(number)
  }

  private mutating func string() throws(JSONError) -> String {
    index += 1
    var plain: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        guard let text = String(validating: plain, as: UTF8.self) else { throw error(.badUTF8) }
        return text
      case UInt8(ascii: "\\"):
        index += 1
        try escape(into: &plain)
      case 0..<0x20: throw error(.badString)
      default:
        plain.append(byte)
        index += 1
      }
    }
    throw error(.unexpectedEnd)
  }

  private mutating func escape(into plain: inout [UInt8]) throws(JSONError) {
    guard index < bytes.count else { throw error(.unexpectedEnd) }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain.append(byte)
    case UInt8(ascii: "b"): plain.append(0x08)
    case UInt8(ascii: "f"): plain.append(0x0C)
    case UInt8(ascii: "n"): plain.append(0x0A)
    case UInt8(ascii: "r"): plain.append(0x0D)
    case UInt8(ascii: "t"): plain.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {
        // The first half of a pair; a half alone is no character.
        guard skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) else { throw error(.badString) }
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw error(.badString) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error(.badString) }
      plain += Array(String(scalar).utf8)
    default: throw error(.badString)
    }
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    guard bytes.count - index >= 4 else { throw error(.unexpectedEnd) }
    var value: UInt32 = 0
    for _ in 0..<4 {
      switch bytes[index] {
      case 0x30...0x39: value = value << 4 | UInt32(bytes[index] - 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(bytes[index] - 0x37)
      case 0x61...0x66: value = value << 4 | UInt32(bytes[index] - 0x57)
      default: throw error(.badString)
      }
      index += 1
    }
    return value
  }
}

extension JSONValue {
  public init(parsing bytes: [UInt8], limits: JSONLimits) throws(JSONError) {
    var parser = JSONParser(bytes, limits: limits)
    self = try parser.parse()
  }
}
