/// The extensions the recipient must know (RFC 3261 section 20.32).
public struct Require: OptionTagHeader {
  public static var name: HeaderName { .require }

  public var tags: [OptionTag]

  public init(_ tags: [OptionTag]) {
    self.tags = tags
  }
}
