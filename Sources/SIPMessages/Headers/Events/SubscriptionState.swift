/// How a subscription stands (RFC 6665 section 8.2.3).
public struct SubscriptionState: TokenHeader {
  public static var name: HeaderName { .subscriptionState }

  public var token: String
  public var parameters: Parameters

  public init(_ token: String, parameters: Parameters) {
    self.token = token
    self.parameters = parameters
  }

  /// `active`, `pending` or `terminated`, in lower case.
  public var state: String { token.lowercased() }

  /// Seconds left; nil when missing or malformed.
  public var expires: UInt32? { parameters["expires"].flatMap { UInt32($0) } }

  /// Why it ended, in lower case: `deactivated`, `noresource`, `timeout` …
  public var reason: String? { parameters["reason"]?.lowercased() }

  /// Seconds to wait before subscribing again; nil when missing or malformed.
  public var retryAfter: UInt32? { parameters["retry-after"].flatMap { UInt32($0) } }
}
