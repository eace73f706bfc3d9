/// As Answer-Mode, for callers with the right to insist (RFC 5373).
public struct PrivAnswerMode: TokenHeader {
  public static var name: HeaderName { .privAnswerMode }

  public var token: String
  public var parameters: Parameters

  public init(_ token: String, parameters: Parameters) {
    self.token = token
    self.parameters = parameters
  }

  /// Whether the request may only be answered this way or not at all.
  public var isRequired: Bool { parameters.has("require") }
}
