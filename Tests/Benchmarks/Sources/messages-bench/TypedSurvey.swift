import SIPMessages

/// Reads every header field of a message as its type, as sofia-sip does when it parses.
enum TypedSurvey {
  static func readAll(_ message: Message) -> Int {
    var sum = 0
    let fields = message.fields
    if case .request(let request) = message, case .sip(let uri) = request.uri { sum += uri.parameters.isEmpty ? 1 : 2 }
    sum += list(Via.self, fields) + list(Contact.self, fields)
    sum += one(From.self, fields) + one(To.self, fields) + one(CallIDHeader.self, fields) + one(CSeq.self, fields)
    sum += one(ContentLength.self, fields) + one(Supported.self, fields)
    switch message {
    case .request(let request):
      sum += one(MaxForwards.self, fields) + one(Allow.self, fields)
      if request.method == .register {
        sum += one(Authorization.self, fields) + one(UserAgentHeader.self, fields) + one(Expires.self, fields)
      } else {
        sum += list(Route.self, fields) + one(ContentType.self, fields)
      }
    case .response:
      sum += list(RecordRoute.self, fields) + one(ContentType.self, fields)
    }
    return sum
  }

  private static func one<H: TypedHeader>(_ type: H.Type, _ fields: HeaderFields) -> Int {
    guard let header = try? fields[type] else { fatalError("\(type) is missing or malformed") }
    return withExtendedLifetime(header) { 1 }
  }

  private static func list<H: TypedHeader>(_ type: H.Type, _ fields: HeaderFields) -> Int {
    guard let headers = try? fields.all(type), !headers.isEmpty else { fatalError("\(type) is missing or malformed") }
    return headers.count
  }
}
