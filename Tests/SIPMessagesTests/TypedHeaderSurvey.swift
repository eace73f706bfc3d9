import SIPMessages

/// Reads every header we have a type for, and writes what could be read.
enum TypedHeaderSurvey {
  static let types: [any TypedHeader.Type] = [
    Via.self, From.self, To.self, Contact.self, Route.self, RecordRoute.self, Path.self, ServiceRoute.self, CSeq.self,
    CallIDHeader.self,
    MaxForwards.self, Expires.self, MinExpires.self, ContentType.self, ContentDisposition.self, ContentLength.self,
    ContentEncoding.self,
    Accept.self, AcceptEncoding.self, AcceptLanguage.self, Allow.self, AllowEvents.self, Supported.self, Require.self,
    ProxyRequire.self,
    Unsupported.self, WWWAuthenticate.self, ProxyAuthenticate.self, Authorization.self, ProxyAuthorization.self,
    AuthenticationInfo.self,
    RetryAfter.self, Warning.self, Reason.self, SessionExpires.self, MinSE.self, RSeq.self, RAck.self, Replaces.self, Join.self,
    TargetDialog.self, ReferTo.self, ReferredBy.self, ReferSub.self, ReplyTo.self, Event.self, SubscriptionState.self, SIPETag.self,
    SIPIfMatch.self, AlertInfo.self, CallInfo.self, ErrorInfo.self, FlowTimer.self, MaxBreadth.self, HistoryInfo.self,
    Diversion.self,
    PAssertedIdentity.self, PPreferredIdentity.self, Privacy.self, AnswerMode.self, PrivAnswerMode.self, InReplyTo.self,
    Subject.self,
    Organization.self, Priority.self, DateHeader.self, Timestamp.self, UserAgentHeader.self, Server.self, MIMEVersion.self,
  ]

  static func readAll(_ message: Message) {
    for type in types { read(type, message.fields) }
    if let request = message.request {
      _ = request.uri.description
      _ = request.uri.matches(request.uri)
      if let content = request.content, let parts = Multipart(content) { _ = parts.flattened }
    }
  }

  private static func read<H: TypedHeader>(_ type: H.Type, _ fields: HeaderFields) {
    for header in (try? fields.all(type)) ?? [] { _ = header.text }
  }
}
