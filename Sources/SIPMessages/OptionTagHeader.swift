/// A header that is a set of option tags; the fields of one name add up (RFC 3261 section 19.2).
public protocol OptionTagHeader: TypedHeader {
  var tags: [OptionTag] { get }
  init(_ tags: [OptionTag])
}

extension OptionTagHeader {
  @inlinable
  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    self.init(try TokenList.optionTags(bytes))
  }

  public func serialize(into bytes: inout [UInt8]) {
    TokenList.serialize(tags.map(\.token), into: &bytes)
  }
}
