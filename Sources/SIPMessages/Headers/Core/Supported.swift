/// The extensions the sender knows (RFC 3261 section 20.37).
public struct Supported: OptionTagHeader {
  public static var name: HeaderName { .supported }

  public var tags: [OptionTag]

  public init(_ tags: [OptionTag]) {
    self.tags = tags
  }
}
