/// How the caller asks to be answered: Manual or Auto (RFC 5373).
public struct AnswerMode: TokenHeader {
  public static var name: HeaderName { .answerMode }

  public var token: String
  public var parameters: Parameters

  public init(_ token: String, parameters: Parameters) {
    self.token = token
    self.parameters = parameters
  }

  /// Whether the request may only be answered this way or not at all.
  public var isRequired: Bool { parameters.has("require") }
}
