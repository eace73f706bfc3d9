public import SIPMessages
public import SIPUserAgent

/// Who answers says so in the response (draft-cao-sip-response-auth-00, expired; `[experimental] response_identity`).
///
/// The draft leaves the signature to the answerer's domain, whose server adds Identity and Responder-Info to what we say here; its
/// signature (RSA over SHA-1) is not checked, so whoever says something in Responder says only that. What serves the same end today
/// is RFC 4916 with RFC 8224, and the `rsp` PASSporT in the answer.
public struct ResponseIdentity: UserAgentExtension {
  public init() {}

  public var optionTags: [OptionTag] { [.responderID] }

  /// The address by which we were called is who answers; a caller who is not to know it learns that instead.
  public mutating func willSend(_ response: inout Response, to request: Request, _ context: inout ExtensionContext) {
    guard context.session != nil, response.status != .trying, request.method == .invite || request.method == .update,
      let own = request.to?.address.uri
    else { return }
    guard !response.fields.withholdsIdentity else {
      guard request.fields.optionTags(Require.self).contains(.responderID) else { return }
      let agent = own.sip?.host.description ?? "anonymous.invalid"
      response.fields.append(Warning(code: 380, agent: agent, message: "Responder Identity Cannot be Revealed"))
      return
    }
    response.fields.set(Responder(claimer: own, verifyMethod: "DAS"))
  }

  public mutating func didReceive(_ response: Response, to request: Request, _ context: inout ExtensionContext) -> ResponseVerdict {
    guard let session = context.session, request.method == .invite || request.method == .update else { return .proceed }
    switch response.status {
    case .failedResponderIdentity: context.report(ResponseIdentityEvent.notProven(session, .responder))
    case .failedResponseAuthorization: context.report(ResponseIdentityEvent.notProven(session, .way))
    default:
      guard response.status < .multipleChoices, let responder = (try? response.fields[Responder.self]) ?? nil else {
        return .proceed
      }
      context.report(ResponseIdentityEvent.claimed(session, responder.claimer))
    }
    return .proceed
  }
}

/// What `ResponseIdentity` tells the application.
public enum ResponseIdentityEvent: ExtensionEvent {
  /// What a server could not verify.
  public enum Doubt: Hashable, Sendable {
    /// Who answered (431).
    case responder
    /// That the answer came from the server to which the request went (432).
    case way
  }

  /// The response names who made it. Nobody has checked that.
  case claimed(SessionID, URI)
  case notProven(SessionID, Doubt)
}
