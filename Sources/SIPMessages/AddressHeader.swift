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
    var cursor = HeaderCursor(bytes)
    let address = try NameAddress(&cursor)
    try cursor.expectEnd()
    self.init(address)
  }

  public func serialize(into bytes: inout [UInt8]) {
    address.serialize(into: &bytes)
  }

  public var uri: URI { address.uri }
}
