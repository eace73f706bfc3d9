/// The required extensions that a 420 refuses (RFC 3261 section 20.40).
public struct Unsupported: OptionTagHeader {
  public static var name: HeaderName { .unsupported }

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
