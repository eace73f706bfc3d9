/// What the body is for, and what to do when it is not understood (RFC 3261 section 20.11, RFC 5621).
public struct ContentDisposition: TokenHeader {
  public static var name: HeaderName { .contentDisposition }

  public var token: String
  public var parameters: Parameters

  public init(_ token: String, parameters: Parameters) {
    self.token = token
    self.parameters = parameters
  }

  /// `session`, `render`, `alert` … in lower case.
  public var type: String { token.lowercased() }

  /// Whether a recipient that does not know the body's type or purpose must refuse the message: so unless `handling=optional`
  /// (RFC 3261 section 20.11: "If the parameter is missing, the value "required" SHOULD be assumed").
  public var isRequired: Bool { !(parameters["handling"]?.equalsIgnoringCase("optional") ?? false) }

  public static var session: ContentDisposition { ContentDisposition("session", parameters: Parameters()) }
  public static var render: ContentDisposition { ContentDisposition("render", parameters: Parameters()) }
}
