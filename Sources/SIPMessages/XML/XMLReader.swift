/// Reads XML 1.0 with namespaces, without a document type (`XMLElement`).
struct XMLReader {
  private typealias Scope = [(prefix: String, uri: String)]

  private static let xmlNamespace = "http://www.w3.org/XML/1998/namespace"

  private let bytes: [UInt8]
  private let limits: XMLLimits
  private var index = 0
  private var elementCount = 0

  init(_ bytes: [UInt8], _ limits: XMLLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  mutating func document() throws(XMLError) -> XMLElement {
    guard bytes.count <= limits.bytes else { throw fault(.tooLarge) }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw fault(.encoding) }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    if starts("<?xml"), index + 5 < bytes.count, Self.isSpace(bytes[index + 5]) { try declaration() }
    try passMiscellany()
    guard starts("<"), !starts("<!") else { throw fault(starts("<!DOCTYPE") ? .documentType : .malformed) }
    let root = try element(depth: 1, in: [("xml", Self.xmlNamespace), ("", "")])
    try passMiscellany()
    guard index == bytes.count else { throw fault(.malformed) }
    return root
  }

  private func fault(_ code: XMLError.Code) -> XMLError { XMLError(code: code, offset: index) }

  // MARK: Around the root

  /// `<?xml version="1.0" encoding="UTF-8"?>`
  private mutating func declaration() throws(XMLError) {
    let start = index + 5
    try pass(until: "?>")
    let text = String(decoding: bytes[start..<index - 2], as: UTF8.self).lowercased()
    guard let place = text.firstRange(of: "encoding") else { return }
    let value = text[place.upperBound...].drop { $0 == " " || $0 == "=" || $0 == "\"" || $0 == "'" }
    guard value.hasPrefix("utf-8") || value.hasPrefix("us-ascii") else { throw fault(.encoding) }
  }

  private mutating func passMiscellany() throws(XMLError) {
    while index < bytes.count {
      if Self.isSpace(bytes[index]) {
        index += 1
      } else if starts("<!--") {
        try passComment()
      } else if starts("<?") {
        try pass(until: "?>")
      } else if starts("<!DOCTYPE") {
        throw fault(.documentType)
      } else {
        return
      }
    }
  }

  private mutating func passComment() throws(XMLError) {
    index += 4
    try pass(until: "--")
    guard index < bytes.count, bytes[index] == UInt8(ascii: ">") else { throw fault(.malformed) }
    index += 1
  }

  // MARK: Elements

  private mutating func element(depth: Int, in outer: Scope) throws(XMLError) -> XMLElement {
    elementCount += 1
    guard depth <= limits.depth, elementCount <= limits.elements else { throw fault(.tooLarge) }
    index += 1
    let tag = try name()
    var raw: [(name: String, value: String)] = []
    var isEmpty = false
    while true {
      let hadSpace = passSpace()
      if starts("/>") {
        index += 2
        isEmpty = true
        break
      }
      if starts(">") {
        index += 1
        break
      }
      guard hadSpace else { throw fault(.malformed) }
      guard raw.count < limits.attributes else { throw fault(.tooLarge) }
      raw.append(try attribute())
    }
    var scope = outer
    for (name, value) in raw {
      if name == "xmlns" { scope.append(("", value)) }
      if name.hasPrefix("xmlns:") {
        // A prefix cannot be undeclared in namespaces 1.0.
        guard !value.isEmpty else { throw fault(.malformed) }
        scope.append((String(name.dropFirst(6)), value))
      }
    }
    let (namespace, local) = try resolve(tag, in: scope, hasDefault: true)
    var attributes: [XMLElement.Attribute] = []
    for (name, value) in raw where name != "xmlns" && !name.hasPrefix("xmlns:") {
      let (namespace, local) = try resolve(name, in: scope, hasDefault: false)
      guard !attributes.contains(where: { $0.name == local && $0.namespace == namespace }) else { throw fault(.malformed) }
      attributes.append(XMLElement.Attribute(namespace: namespace, name: local, value: value))
    }
    var element = XMLElement(namespace: namespace, name: local, attributes: attributes)
    if !isEmpty { try content(of: &element, tag, depth: depth, in: scope) }
    return element
  }

  private mutating func attribute() throws(XMLError) -> (name: String, value: String) {
    let name = try name()
    _ = passSpace()
    guard starts("=") else { throw fault(.malformed) }
    index += 1
    _ = passSpace()
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") else {
      throw fault(.malformed)
    }
    let quote = bytes[index]
    index += 1
    var value: [UInt8] = []
    while index < bytes.count, bytes[index] != quote {
      switch bytes[index] {
      case UInt8(ascii: "<"): throw fault(.malformed)
      case UInt8(ascii: "&"): value += try reference()
      case 9, 10, 13:
        value.append(32)
        index += 1
      default: value.append(try character())
      }
    }
    guard index < bytes.count else { throw fault(.malformed) }
    index += 1
    return (name, String(decoding: value, as: UTF8.self))
  }

  private mutating func content(of element: inout XMLElement, _ tag: String, depth: Int, in scope: Scope) throws(XMLError) {
    var text: [UInt8] = []
    while index < bytes.count {
      if starts("</") {
        index += 2
        guard try name() == tag else { throw fault(.malformed) }
        _ = passSpace()
        guard starts(">") else { throw fault(.malformed) }
        index += 1
        element.text = String(decoding: text, as: UTF8.self)
        return
      } else if starts("<!--") {
        try passComment()
      } else if starts("<![CDATA[") {
        index += 9
        let start = index
        try pass(until: "]]>")
        text += bytes[start..<index - 3]
      } else if starts("<?") {
        try pass(until: "?>")
      } else if starts("<") {
        element.children.append(try self.element(depth: depth + 1, in: scope))
      } else if starts("&") {
        text += try reference()
      } else {
        text.append(try character())
      }
    }
    throw fault(.malformed)
  }

  // MARK: Names and characters

  /// The namespace and the local part of `prefix:local`.
  private func resolve(_ name: String, in scope: Scope, hasDefault: Bool) throws(XMLError) -> (String, String) {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    switch parts.count {
    case 1:
      let namespace = hasDefault ? scope.last { $0.prefix.isEmpty }?.uri ?? "" : ""
      return (namespace, name)
    case 2 where !parts[0].isEmpty && !parts[1].isEmpty:
      guard let found = scope.last(where: { $0.prefix == parts[0] }) else { throw fault(.unknownPrefix) }
      return (found.uri, String(parts[1]))
    default: throw fault(.malformed)
    }
  }

  private mutating func name() throws(XMLError) -> String {
    let start = index
    while index < bytes.count, Self.isNameByte(bytes[index]) { index += 1 }
    guard index > start, !(bytes[start] >= 0x30 && bytes[start] <= 0x39), bytes[start] != 0x2D, bytes[start] != 0x2E else {
      throw fault(.malformed)
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// Letters, digits and `:._-` as they are; of other scripts everything, because UTF-8 has been checked.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x2E, 0x80...: true
    default: false
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

  /// One byte of text. Control characters are no characters of XML.
  private mutating func character() throws(XMLError) -> UInt8 {
    let byte = bytes[index]
    guard byte >= 32 || Self.isSpace(byte) else { throw fault(.malformed) }
    index += 1
    return byte
  }

  /// `&amp;`, `&#38;`, `&#x26;`
  private mutating func reference() throws(XMLError) -> [UInt8] {
    let start = index + 1
    var end = start
    while end < bytes.count, end - start <= 10, bytes[end] != UInt8(ascii: ";") { end += 1 }
    guard end < bytes.count, bytes[end] == UInt8(ascii: ";"), end > start else { throw fault(.malformed) }
    let name = String(decoding: bytes[start..<end], as: UTF8.self)
    let replacement: String
    switch name {
    case "amp": replacement = "&"
    case "lt": replacement = "<"
    case "gt": replacement = ">"
    case "quot": replacement = "\""
    case "apos": replacement = "'"
    default:
      guard name.hasPrefix("#") else { throw fault(.unknownEntity) }
      guard !name.contains("+") else { throw fault(.malformed) }
      let number = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst(1))
      guard let number, let scalar = Unicode.Scalar(number), number >= 32 || number == 9 || number == 10 || number == 13 else {
        throw fault(.malformed)
      }
      replacement = String(Character(scalar))
    }
    index = end + 1
    return Array(replacement.utf8)
  }

  private mutating func passSpace() -> Bool {
    let start = index
    while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
    return index > start
  }

  private func starts(_ text: String) -> Bool {
    let length = text.utf8.count
    guard index + length <= bytes.count else { return false }
    return text.utf8.elementsEqual(bytes[index..<index + length])
  }

  /// Goes on to behind the next place where that stands.
  private mutating func pass(until end: String) throws(XMLError) {
    while index < bytes.count {
      if starts(end) {
        index += end.utf8.count
        return
      }
      index += 1
    }
    throw fault(.malformed)
  }
}
