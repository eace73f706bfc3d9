/// The extensions a proxy must know (RFC 3261 section 20.29).
public struct ProxyRequire: OptionTagHeader {
  public static var name: HeaderName { .proxyRequire }

  private var list: OptionTagList

  public init(_ tags: [OptionTag]) {
    list = OptionTagList(tags)
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    list = try OptionTagList(parsing: bytes)
  }

  public var tags: [OptionTag] {
    get { list.tags }
    set { list = OptionTagList(newValue) }
  }
}
