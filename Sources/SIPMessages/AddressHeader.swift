/// A header whose values are addresses in a list, as Route has them (RFC 3261 section 20.34).
public protocol AddressHeader: TypedHeader {
  var address: NameAddress { get set }
  init(_ address: NameAddress)
}

extension AddressHeader {
  public static var isList: Bool { true }

  public init(_ uri: URI) {
    self.init(NameAddress(uri: uri))
  }

  @inlinable
  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var place = 0
    let address = try NameAddress(bytes, &place)
    try ListGrammar.expectEnd(bytes, place)
    self.init(address)
  }

  @inlinable
  public static func next(in bytes: ArraySlice<UInt8>, from place: inout Int) throws(HeaderError) -> Self? {
    guard ListGrammar.begin(bytes, &place) else { return nil }
    let address = try NameAddress(bytes, &place)
    try ListGrammar.end(bytes, &place)
    return self.init(address)
  }

  public func serialize(into bytes: inout [UInt8]) {
    address.serialize(into: &bytes)
  }

  public var uri: URI { address.uri }
}
