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

  public var target: Target

  public init(_ address: NameAddress) {
    target = .address(address)
  }

  public init(_ uri: URI) {
    target = .address(NameAddress(uri: uri))
  }

  private init(target: Target) {
    self.target = target
  }

  public static var wildcard: Contact { Contact(target: .wildcard) }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    cursor.skipWhitespace()
    if cursor.current == 0x2A {
      var ahead = cursor
      ahead.index += 1
      ahead.skipWhitespace()
      if ahead.isAtEnd {
        target = .wildcard
        return
      }
    }
    target = .address(try NameAddress(&cursor))
    try cursor.expectEnd()
  }

  public func serialize(into bytes: inout [UInt8]) {
    switch target {
    case .wildcard: bytes.append(0x2A)
    case .address(let address): address.serialize(into: &bytes)
    }
  }

  public var isWildcard: Bool { target == .wildcard }

  /// nil for the wildcard.
  public var address: NameAddress? {
    get { if case .address(let address) = target { address } else { nil } }
    set { target = newValue.map { .address($0) } ?? .wildcard }
  }

  /// nil for the wildcard.
  public var uri: URI? { address?.uri }

  public var parameters: Parameters {
    get { address?.parameters ?? Parameters() }
    set { address?.parameters = newValue }
  }

  /// The `expires` parameter in seconds; nil when it is missing or malformed (RFC 3261 section 10.2.1.1 then counts it as 3600).
  public var expires: UInt32? {
    get { parameters["expires"].flatMap { UInt32($0) } }
    set { if let newValue { parameters.set("expires", String(newValue)) } else { parameters.remove("expires") } }
  }

  /// The `q` parameter in thousandths, 0 to 1000; nil when it is missing or malformed.
  public var q: Int? {
    get { parameters["q"].flatMap { QValue.parse($0) } }
    set { if let newValue { parameters.set("q", QValue.text(newValue)) } else { parameters.remove("q") } }
  }
}
