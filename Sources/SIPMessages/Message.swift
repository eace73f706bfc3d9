/// A request or a response (RFC 3261 section 7).
public enum Message: Hashable, Sendable {
  case request(Request)
  case response(Response)

  public var fields: HeaderFields {
    get {
      switch self {
      case .request(let request): request.fields
      case .response(let response): response.fields
      }
    }
    set {
      switch self {
      case .request(var request):
        request.fields = newValue
        self = .request(request)
      case .response(var response):
        response.fields = newValue
        self = .response(response)
      }
    }
  }

  /// The message body; empty when there is none.
  public var body: [UInt8] {
    switch self {
    case .request(let request): request.body
    case .response(let response): response.body
    }
  }

  /// nil for a response.
  public var request: Request? {
    if case .request(let request) = self { request } else { nil }
  }

  /// nil for a request.
  public var response: Response? {
    if case .response(let response) = self { response } else { nil }
  }

  /// The wire form.
  public func serialized() -> [UInt8] {
    switch self {
    case .request(let request): request.serialized()
    case .response(let response): response.serialized()
    }
  }
}
