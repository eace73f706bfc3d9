/// The event package of a subscription, with the id that tells subscriptions of one dialog apart (RFC 6665 section 8.2.1).
public struct Event: TokenHeader {
  public static var name: HeaderName { .event }

  public var token: String
  public var parameters: Parameters

  public init(_ token: String, parameters: Parameters) {
    self.token = token
    self.parameters = parameters
  }

  /// The package, as in `dialog`, with its templates, as in `presence.winfo`.
  public var package: String { token }

  public var id: String? { parameters["id"] }
}
