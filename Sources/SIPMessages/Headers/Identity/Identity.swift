/// A signed statement about who sent the message (RFC 8224 section 4). A message may have several.
public struct Identity: TypedHeader {
  public static var name: HeaderName { .identity }
  // Commas are not in its grammar; they are understood where somebody put several into one field.
  public static var isList: Bool { true }

  /// A PASSporT: `header.payload.signature`, or `..signature` in the compact form.
  public var digest: String
  /// Where the signer's certificate is; nil when the parameter is missing.
  public var info: String?
  /// As written; nil means ES256.
  public var algorithm: String?
  /// The kind of PASSporT, in lower case; nil for the plain one.
  public var ppt: String?

  /// Larger ones are made to keep somebody busy.
  public static let longestDigest = 16_384

  public init(digest: String, info: String?, algorithm: String? = nil, ppt: String? = nil) {
    self.digest = digest
    self.info = info
    self.algorithm = algorithm
    self.ppt = ppt
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var parts = Self.split(bytes)[...]
    let first = parts.popFirst().map { Self.trimmed($0) } ?? []
    guard !first.isEmpty else { throw HeaderError(.empty, offset: 0) }
    guard first.count <= Self.longestDigest else { throw HeaderError(.unexpectedCharacter, offset: Self.longestDigest) }
    for (offset, byte) in first.enumerated() where !Self.isDigestByte(byte) {
      throw HeaderError(.unexpectedCharacter, offset: offset)
    }
    digest = String(decoding: first, as: UTF8.self)
    for part in parts.prefix(16) {
      let pair = part.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else { continue }
      let value = Self.unwrapped(Self.trimmed(pair[1]))
      switch String(decoding: Self.trimmed(pair[0]), as: UTF8.self).lowercased() {
      case "info": info = info ?? value
      case "alg": algorithm = algorithm ?? value
      case "ppt": ppt = ppt ?? value.lowercased()
      default: break
      }
    }
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes += digest.utf8
    if let info { bytes += ";info=<\(info)>".utf8 }
    if let algorithm { bytes += ";alg=\(algorithm)".utf8 }
    if let ppt { bytes += ";ppt=\"\(ppt)\"".utf8 }
  }

  /// The parts between semicolons; those in quotes and angle brackets belong to what they stand in.
  private static func split(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    var isQuoted = false
    var isBracketed = false
    for index in bytes.indices {
      switch bytes[index] {
      case 0x22 where !isBracketed: isQuoted.toggle()
      case 0x3C where !isQuoted: isBracketed = true
      case 0x3E where !isQuoted: isBracketed = false
      case 0x3B where !isQuoted && !isBracketed:
        parts.append(bytes[start..<index])
        start = index + 1
      default: break
      }
    }
    parts.append(bytes[start...])
    return parts
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes
    while let byte = rest.first, byte.isLinearWhitespace { rest = rest.dropFirst() }
    while let byte = rest.last, byte.isLinearWhitespace { rest = rest.dropLast() }
    return rest
  }

  /// `<uri>` and `"token"` without what is around them.
  private static func unwrapped(_ bytes: ArraySlice<UInt8>) -> String {
    var rest = bytes
    if rest.count >= 2, rest.first == 0x22, rest.last == 0x22 { rest = rest.dropFirst().dropLast() }
    if rest.count >= 2, rest.first == 0x3C, rest.last == 0x3E { rest = rest.dropFirst().dropLast() }
    return String(decoding: rest, as: UTF8.self)
  }

  /// Base64 with either alphabet, and the dots between the parts.
  private static func isDigestByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E, 0x2F, 0x3D, 0x5F: true
    default: false
    }
  }
}
