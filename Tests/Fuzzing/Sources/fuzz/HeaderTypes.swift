import SIPMessages

/// Every header we have a type for.
enum HeaderTypes {
  static let all: [any TypedHeader.Type] = [
    Via.self, From.self, To.self, Contact.self, Route.self, RecordRoute.self, Path.self, ServiceRoute.self, CSeq.self,
    CallIDHeader.self, MaxForwards.self, Expires.self, MinExpires.self, ContentType.self, ContentDisposition.self,
    ContentLength.self, ContentEncoding.self, Accept.self, AcceptEncoding.self, AcceptLanguage.self, Allow.self, AllowEvents.self,
    Supported.self, Require.self, ProxyRequire.self, Unsupported.self, WWWAuthenticate.self, ProxyAuthenticate.self,
    Authorization.self, ProxyAuthorization.self, AuthenticationInfo.self, RetryAfter.self, Warning.self, Reason.self,
    SessionExpires.self, MinSE.self, RSeq.self, RAck.self, Replaces.self, Join.self, TargetDialog.self, ReferTo.self,
    ReferredBy.self, ReferSub.self, ReplyTo.self, Event.self, SubscriptionState.self, SIPETag.self, SIPIfMatch.self,
    AlertInfo.self, CallInfo.self, ErrorInfo.self, FlowTimer.self, MaxBreadth.self, HistoryInfo.self, Diversion.self,
    PAssertedIdentity.self, PPreferredIdentity.self, Privacy.self, AnswerMode.self, PrivAnswerMode.self, InReplyTo.self,
    Subject.self, Organization.self, Priority.self, DateHeader.self, Timestamp.self, UserAgentHeader.self, Server.self,
    MIMEVersion.self,
  ]

  /// Reads all of them, and writes what could be read.
  static func readAll(_ fields: HeaderFields) {
    for type in all { read(type, fields) }
  }

  private static func read<H: TypedHeader>(_ type: H.Type, _ fields: HeaderFields) {
    for header in (try? fields.all(type)) ?? [] { _ = header.text }
  }
}
