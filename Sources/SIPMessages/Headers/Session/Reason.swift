/// Why a request was sent: a SIP status or a Q.850 cause (RFC 3326).
public struct Reason: TokenHeader {
  public static var name: HeaderName { .reason }
  public static var isList: Bool { true }

  public var token: String
  public var parameters: Parameters

  public init(_ token: String, parameters: Parameters) {
    self.token = token
    self.parameters = parameters
  }

  /// `SIP`, `Q.850` …
  public var `protocol`: String { token }

  /// The `cause` parameter; nil when it is missing or no number.
  public var cause: Int? { parameters["cause"].flatMap { Int($0) } }

  /// The `text` parameter.
  public var reasonText: String? { parameters["text"] }

  public init(protocol: String, cause: Int?, text: String?) {
    self.init(`protocol`, parameters: Parameters())
    if let cause { parameters.set("cause", String(cause)) }
    if let text { parameters.setQuoted("text", text) }
  }
}
