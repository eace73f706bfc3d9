import SIPMessages

/// Reads every header field of a message as its type, as sofia-sip does when it parses.
enum TypedSurvey {
  static func readAll(_ message: Message) -> Int {
    var sum = 0
    let fields = message.fields
    if case .request(let request) = message, case .sip(let uri) = request.uri { sum += uri.parameters.isEmpty ? 1 : 2 }
    sum += count(Via.self, fields) + count(From.self, fields) + count(To.self, fields) + count(CallIDHeader.self, fields)
    sum += count(CSeq.self, fields) + count(Contact.self, fields) + count(ContentLength.self, fields)
    sum += count(Supported.self, fields)
    switch message {
    case .request(let request):
      sum += count(MaxForwards.self, fields) + count(Allow.self, fields)
      if request.method == .register {
        sum += count(Authorization.self, fields) + count(UserAgentHeader.self, fields) + count(Expires.self, fields)
      } else {
        sum += count(Route.self, fields) + count(ContentType.self, fields)
      }
    case .response:
      sum += count(RecordRoute.self, fields) + count(ContentType.self, fields)
    }
    return sum
  }

  private static func count<H: TypedHeader>(_ type: H.Type, _ fields: HeaderFields) -> Int {
    guard let headers = try? fields.all(type), !headers.isEmpty else { fatalError("\(type) is missing or malformed") }
    return headers.count
  }
}
