/// The required extensions that a 420 refuses (RFC 3261 section 20.40).
public struct Unsupported: OptionTagHeader {
  public static var name: HeaderName { .unsupported }

  public var tags: [OptionTag]

  public init(_ tags: [OptionTag]) {
    self.tags = tags
  }
}
