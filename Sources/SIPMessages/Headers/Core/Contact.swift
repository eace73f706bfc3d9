/// Where its sender can be reached, or `*` for all bindings of an address (RFC 3261 section 20.10).
public struct Contact: TypedHeader {
  /// What a Contact names.
  public enum Target: Hashable, Sendable {
    /// `*`, only in a REGISTER that takes all bindings away (RFC 3261 section 10.2.2).
    case wildcard
    case address(NameAddress)
  }

  public static var name: HeaderName { .contact }
  public static var isList: Bool { true }

  /// What a wildcard holds where another has its address.
  private static var nothing: NameAddress { NameAddress(uri: .other(scheme: "", rest: "*")) }

  private var stored: NameAddress
  public private(set) var isWildcard: Bool

  public init(_ address: NameAddress) {
    stored = address
    isWildcard = false
  }

  public init(_ uri: URI) {
    self.init(NameAddress(uri: uri))
  }

  private init() {
    stored = Self.nothing
    isWildcard = true
  }

  public static var wildcard: Contact { Contact() }

  public var target: Target {
    get { isWildcard ? .wildcard : .address(stored) }
    set {
      switch newValue {
      case .wildcard: self = .wildcard
      case .address(let address): self = Contact(address)
      }
    }
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var place = 0
    if Self.skipWildcard(bytes.span, &place) {
      self.init()
    } else {
      self.init(try NameAddress(bytes, &place))
    }
    try ListGrammar.expectEnd(bytes, place)
  }

  public static func next(in bytes: ArraySlice<UInt8>, from place: inout Int) throws(HeaderError) -> Contact? {
    guard ListGrammar.begin(bytes, &place) else { return nil }
    let contact = skipWildcard(bytes.span, &place) ? .wildcard : Contact(try NameAddress(bytes, &place))
    try ListGrammar.end(bytes, &place)
    return contact
  }

  /// Passes a `*` that stands alone.
  private static func skipWildcard(_ span: Span<UInt8>, _ place: inout Int) -> Bool {
    var ahead = place
    span.skipWhitespace(&ahead)
    guard span.skip(0x2A, &ahead) else { return false }
    span.skipWhitespace(&ahead)
    guard ahead == span.count || span.byte(ahead) == 0x2C else { return false }
    place = ahead
    return true
  }

  public func serialize(into bytes: inout [UInt8]) {
    if isWildcard { bytes.append(0x2A) } else { stored.serialize(into: &bytes) }
  }

  /// nil for the wildcard.
  public var address: NameAddress? {
    get { isWildcard ? nil : stored }
    set { self = newValue.map { Contact($0) } ?? .wildcard }
  }

  /// nil for the wildcard.
  public var uri: URI? { address?.uri }

  public var parameters: Parameters {
    get { address?.parameters ?? Parameters() }
    set { address?.parameters = newValue }
  }

  /// The `expires` parameter in seconds; nil when it is missing. RFC 3261 section 10.2: "Malformed values SHOULD be treated as
  /// equivalent to 3600", and those beyond 32 bits as the largest.
  public var expires: UInt32? {
    get {
      guard parameters.has("expires") else { return nil }
      guard let text = parameters["expires"], !text.isEmpty, text.utf8.allSatisfy(\.isDigit) else { return 3600 }
      return UInt32(text) ?? .max
    }
    set { if let newValue { parameters.set("expires", String(newValue)) } else { parameters.remove("expires") } }
  }

  /// The `q` parameter in thousandths, 0 to 1000; nil when it is missing or malformed.
  public var q: Int? {
    get { parameters["q"].flatMap { QValue.parse($0) } }
    set { if let newValue { parameters.set("q", QValue.text(newValue)) } else { parameters.remove("q") } }
  }
}
