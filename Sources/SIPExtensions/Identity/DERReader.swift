/// Walks DER (X.690) as far as the certificate extensions of RFC 8226 need it: definite lengths, low tags.
struct DERReader {
  struct Element {
    var tag: UInt8
    var content: ArraySlice<UInt8>
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  var isAtEnd: Bool { rest.isEmpty }

  /// nil at the end and for what is no DER.
  mutating func next() -> Element? {
    guard let tag = rest.popFirst(), tag & 0x1F != 0x1F, let first = rest.popFirst() else { return nil }
    var length = Int(first)
    if first >= 0x80 {
      let count = Int(first & 0x7F)
      guard (1...3).contains(count), rest.count >= count else { return nil }
      length = 0
      for _ in 0..<count { length = length << 8 | Int(rest.removeFirst()) }
      guard length >= 0x80 else { return nil }
    }
    guard rest.count >= length else { return nil }
    defer { rest = rest.dropFirst(length) }
    return Element(tag: tag, content: rest.prefix(length))
  }

  /// The content of the one element that `bytes` are.
  static func only(_ bytes: [UInt8], tag: UInt8) -> DERReader? {
    var reader = DERReader(bytes[...])
    guard let element = reader.next(), element.tag == tag, reader.isAtEnd else { return nil }
    return DERReader(element.content)
  }
}

extension ArraySlice<UInt8> {
  var asciiText: String? {
    allSatisfy { (0x20...0x7E).contains($0) } ? String(decoding: self, as: UTF8.self) : nil
  }
}

/// Which telephone numbers a certificate may sign for (RFC 8226 section 9).
struct TelephoneNumberAuthority {
  enum Entry {
    /// A provider; which numbers are its own is not in the certificate.
    case provider(String)
    case range(start: String, count: UInt64)
    case one(String)
  }

  var entries: [Entry] = []

  /// nil for what is no TNAuthorizationList, or one too long to be meant.
  init?(der: [UInt8]) {
    guard var list = DERReader.only(der, tag: 0x30) else { return nil }
    while !list.isAtEnd {
      guard entries.count < 4096, let choice = list.next() else { return nil }
      var inner = DERReader(choice.content)
      guard let element = inner.next() else { return nil }
      switch choice.tag {
      case 0xA0:
        guard let code = element.content.asciiText else { return nil }
        entries.append(.provider(code))
      case 0xA1:
        // The range is a SEQUENCE; some write its parts straight into the tag.
        var parts = element.tag == 0x30 ? DERReader(element.content) : DERReader(choice.content)
        guard let start = parts.next()?.content.asciiText, let count = parts.next(), count.tag == 0x02, count.content.count <= 8
        else { return nil }
        entries.append(.range(start: start, count: count.content.reduce(0) { $0 << 8 | UInt64($1) }))
      case 0xA2:
        guard let number = element.content.asciiText else { return nil }
        entries.append(.one(number))
      default: return nil
      }
    }
    if entries.isEmpty { return nil }
  }

  /// Whether it speaks for that canonical number. A provider code speaks for numbers that only its issuer can name: it is taken.
  func covers(_ number: String) -> Bool {
    entries.contains { entry in
      switch entry {
      case .provider: return true
      case .one(let own): return own == number
      case .range(let start, let count):
        guard start.utf8.count == number.utf8.count, let first = UInt64(start), let wanted = UInt64(number), wanted >= first,
          count >= 2
        else { return false }
        return wanted - first < count
      }
    }
  }
}

/// Which claims a certificate may sign (RFC 8226 section 8, RFC 9118).
struct ClaimConstraints {
  var mustInclude: [String] = []
  var mustExclude: [String] = []
  var permitted: [(claim: String, values: [String])] = []

  init?(der: [UInt8]) {
    guard var parts = DERReader.only(der, tag: 0x30) else { return nil }
    while !parts.isAtEnd {
      guard let part = parts.next() else { return nil }
      switch part.tag {
      case 0xA0, 0xA2:
        guard let names = Self.texts(in: part.content) else { return nil }
        if part.tag == 0xA0 { mustInclude = names } else { mustExclude = names }
      case 0xA1:
        var outer = DERReader(part.content)
        // Explicit tagging puts a SEQUENCE around the list, implicit tagging does not; both are met.
        guard let first = outer.next() else { return nil }
        var probe = DERReader(first.content)
        let isWrapped = outer.isAtEnd && probe.next()?.tag == 0x30 && !Self.isPermission(first.content)
        var list = DERReader(isWrapped ? first.content : part.content)
        while !list.isAtEnd {
          guard permitted.count < 64, let entry = list.next() else { return nil }
          var fields = DERReader(entry.content)
          guard let claim = fields.next()?.content.asciiText, let values = fields.next(), let texts = Self.texts(values.content)
          else { return nil }
          permitted.append((claim, texts))
        }
      default: return nil
      }
    }
  }

  /// `SEQUENCE { IA5String, SEQUENCE … }`.
  private static func isPermission(_ content: ArraySlice<UInt8>) -> Bool {
    var reader = DERReader(content)
    return reader.next()?.tag == 0x16
  }

  private static func texts(in content: ArraySlice<UInt8>) -> [String]? {
    var reader = DERReader(content)
    guard let first = reader.next() else { return nil }
    return first.tag == 0x30 && reader.isAtEnd ? texts(first.content) : texts(content)
  }

  private static func texts(_ content: ArraySlice<UInt8>) -> [String]? {
    var reader = DERReader(content)
    var texts: [String] = []
    while !reader.isAtEnd {
      guard texts.count < 256, let element = reader.next(), let text = String(validating: element.content, as: UTF8.self) else {
        return nil
      }
      texts.append(text)
    }
    return texts
  }
}
