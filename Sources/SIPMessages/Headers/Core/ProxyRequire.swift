/// The extensions a proxy must know (RFC 3261 section 20.29).
public struct ProxyRequire: OptionTagHeader {
  public static var name: HeaderName { .proxyRequire }

  public var tags: [OptionTag]

  public init(_ tags: [OptionTag]) {
    self.tags = tags
  }
}
