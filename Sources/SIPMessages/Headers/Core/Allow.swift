/// The methods the sender answers; the fields of one message add up (RFC 3261 section 20.5).
public struct Allow: TypedHeader {
  public static var name: HeaderName { .allow }

  public var methods: [Method]

  public init(_ methods: [Method]) {
    self.methods = methods
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    methods = try TokenList.parse(bytes) { KnownWords.method($0, $1, $2) }
  }

  public func serialize(into bytes: inout [UInt8]) {
    TokenList.serialize(methods.map(\.token), into: &bytes)
  }
}
