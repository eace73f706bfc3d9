public import SIPMessages
public import SIPUserAgent

/// An INVITE that takes the place of a call that stands (RFC 3891 section 3).
///
/// Who may do so: whoever knows the dialog's Call-ID and both tags, which are 64 random bits each and known to its two ends and
/// their proxies. The RFC would like proof of identity in addition; the phone says who takes over, and its microphone stays shut.
public struct ReplacesCheck: UserAgentExtension {
  public init() {}

  public var optionTags: [OptionTag] { [.replaces] }

  public func namedDialog(in request: Request) -> DialogID? {
    guard request.method == .invite, request.to?.tag == nil, request.fields.contains(.replaces),
      let header = request.value(Replaces.self)
    else { return nil }
    return DialogID(callID: header.callID, localTag: header.toTag, remoteTag: header.fromTag)
  }

  public mutating func didReceive(_ request: Request, _ context: inout ExtensionContext) -> RequestVerdict {
    guard request.fields.contains(.replaces) else { return .proceed }
    // "If more than one Replaces header field is present in an INVITE, or if a Replaces header field is present in a request other
    // than INVITE, the UAS MUST reject the request with a 400", and so with Join beside it.
    guard request.method == .invite, request.fields.values(.replaces).count == 1, !request.fields.contains(.join),
      let header = request.value(Replaces.self)
    else { return .reject(Response(to: request, status: .badRequest, reason: "Bad Request - Replaces")) }
    guard request.to?.tag == nil else { return .proceed }
    guard let dialog = context.namedDialog else { return .reject(Response(to: request, status: .callDoesNotExist)) }
    // "If the Replaces header field matches a confirmed dialog that has terminated, the UAS SHOULD decline with a 603."
    if dialog.isOver { return .reject(Response(to: request, status: .decline)) }
    if header.isEarlyOnly, !dialog.isEarly { return .reject(Response(to: request, status: .busyHere)) }
    // Only one who called can be called in place of the one who was called.
    if dialog.isEarly, !dialog.isInitiator { return .reject(Response(to: request, status: .callDoesNotExist)) }
    context.takePlace(of: dialog.session)
    return .proceed
  }
}
