/// The extensions the sender knows (RFC 3261 section 20.37).
public struct Supported: OptionTagHeader {
  public static var name: HeaderName { .supported }

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
