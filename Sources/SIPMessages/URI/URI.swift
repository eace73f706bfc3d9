/// A URI as SIP meets them: in the start line, in addresses, in Call-Info and the like (RFC 3261 section 19.1, 25.1).
public enum URI: Hashable, Sendable, CustomStringConvertible {
  case sip(SIPURI)
  case tel(TelURI)
  /// Any other scheme, in lower case, with what follows its colon as written: `urn`, `mailto`, `http`, `cid` …
  case other(scheme: String, rest: String)

  public init(parsing text: some StringProtocol) throws(URIError) {
    let bytes = Array(text.utf8)
    try self.init(bytes: bytes[...])
  }

  /// Reads the whole of `bytes`.
  public init(bytes: ArraySlice<UInt8>) throws(URIError) {
    try self.init(bytes, 0..<bytes.count)
  }

  /// Reads the part of `bytes` that lies at those offsets; a SIP URI then keeps `bytes`, which others keep already.
  init(_ whole: ArraySlice<UInt8>, _ range: Range<Int>) throws(URIError) {
    let span = whole.span.extracting(range)
    var length = 0
    span.take(.scheme, &length)
    guard length > 0, length < span.count, span[length] == 0x3A else { throw URIError(.noScheme, offset: length) }
    // Letters in lower case, first one lowest: "sip" and "sips".
    let word = length <= 4 ? span.shortWord(0..<length) | 0x2020_2020 : 0
    if length == 3, word == 0x2070_6973 {
      self = .sip(try SIPURI(whole, range, schemeLength: 4, isSecure: false))
    } else if length == 4, word == 0x7370_6973 {
      self = .sip(try SIPURI(whole, range, schemeLength: 5, isSecure: true))
    } else {
      self = try Self.other(whole[Piece(range)], length)
    }
  }

  private static func other(_ bytes: ArraySlice<UInt8>, _ length: Int) throws(URIError) -> URI {
    let start = bytes.startIndex
    let index = start + length
    let scheme = bytes[start..<index]
    let rest = bytes[(index + 1)...]
    if scheme.equalsIgnoringCase("tel") {
      return .tel(try TelURI(bytes: rest, start: start))
    } else {
      for position in rest.indices where !ByteSet.uri.contains(rest[position]) {
        throw URIError(.badCharacter, offset: position - start)
      }
      guard !rest.isEmpty else { throw URIError(.badCharacter, offset: index - start) }
      return .other(
        scheme: String(decoding: scheme, as: UTF8.self).lowercased(), rest: String(decoding: rest, as: UTF8.self))
    }
  }

  /// The SIP or SIPS URI, nil for another scheme.
  public var sip: SIPURI? {
    if case .sip(let uri) = self { uri } else { nil }
  }

  /// The telephone number's URI, nil for another scheme.
  public var tel: TelURI? {
    if case .tel(let uri) = self { uri } else { nil }
  }

  /// The digits of a telephone number that is the same everywhere, with their plus sign: of a `tel` URI, or of a SIP URI that says
  /// `user=phone` (RFC 3261 section 19.1.6). nil for anything else.
  public var globalNumber: String? {
    switch self {
    case .tel(let tel): return tel.isGlobal ? tel.digits : nil
    case .sip(let sip):
      guard let user = sip.decodedUser, user.hasPrefix("+"), sip.parameters["user"] == "phone" else { return nil }
      return user.prefix { $0 != ";" }.filter { $0.isNumber || $0 == "+" }
    case .other: return nil
    }
  }

  /// The scheme in lower case, without the colon.
  public var scheme: String {
    switch self {
    case .sip(let uri): uri.isSecure ? "sips" : "sip"
    case .tel: "tel"
    case .other(let scheme, _): scheme
    }
  }

  /// The wire form.
  public var description: String {
    switch self {
    case .sip(let uri): uri.description
    case .tel(let uri): uri.description
    case .other(let scheme, let rest): scheme.isEmpty ? rest : "\(scheme):\(rest)"
    }
  }

  /// Writes the wire form.
  public func serialize(into bytes: inout [UInt8]) {
    switch self {
    case .sip(let uri): uri.serialize(into: &bytes)
    case .tel, .other: bytes.append(fieldText: description)
    }
  }

  /// Whether both name the same resource: RFC 3261 section 19.1.4 for SIP and SIPS, RFC 3966 section 4 for numbers, the same text
  /// for others.
  public func matches(_ other: URI) -> Bool {
    switch (self, other) {
    case (.sip(let one), .sip(let two)): one.matches(two)
    case (.tel(let one), .tel(let two)): one.matches(two)
    case (.other, .other): self == other
    case (.sip, _), (.tel, _), (.other, _): false
    }
  }
}
