/// The event packages the sender serves (RFC 6665 section 8.2.2).
public struct AllowEvents: TypedHeader {
  public static var name: HeaderName { .allowEvents }

  public var packages: [String]

  public init(_ packages: [String]) {
    self.packages = packages
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    packages = try TokenList.strings(bytes)
  }

  public func serialize(into bytes: inout [UInt8]) {
    TokenList.serialize(packages, into: &bytes)
  }
}
