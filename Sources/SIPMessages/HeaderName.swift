/// The name of a header field (RFC 3261 section 7.3). Compared without regard to case, a compact form as its long form.
public struct HeaderName: Hashable, Sendable, CustomStringConvertible {
  let known: KnownHeader
  /// The spelling that was given, when it is not the usual one.
  private let spelling: String?

  init(_ known: KnownHeader) {
    self.known = known
    spelling = nil
  }

  init(_ known: KnownHeader, spelling: String?) {
    self.known = known
    self.spelling = spelling
  }

  /// A name in any spelling or in its compact form, without the colon.
  public init(_ rawName: String) {
    let bytes = Array(rawName.utf8)
    known = HeaderNameTable.shared.lookUp(bytes.span, in: 0..<bytes.count)
    spelling = rawName
  }

  /// The name as it is spelt on the wire.
  public var rawName: String { spelling ?? known.spelling }

  /// The long form in lower case: `call-id` for `i`.
  public var canonicalName: String {
    known == .unknown ? (spelling ?? "").lowercased() : known.spelling.lowercased()
  }

  /// The spelling in which we write it: the long form as its RFC has it, or what was given for a name we do not know.
  public var wireName: String {
    known == .unknown ? (spelling ?? "") : known.spelling
  }

  public var description: String { rawName }

  public static func == (left: HeaderName, right: HeaderName) -> Bool {
    guard left.known == right.known else { return false }
    return left.known != .unknown || left.canonicalName == right.canonicalName
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(known)
    if known == .unknown { hasher.combine(canonicalName) }
  }
}
