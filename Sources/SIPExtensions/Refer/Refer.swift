public import SIPMessages
public import SIPUserAgent
public import SansIO

/// REFER, at both ends (RFC 3515, 4488, 3892, with the rules of RFC 6665 and 7647 for the subscription that it makes).
///
/// A peer's REFER within a session becomes `ReferEvent.asked`; nothing is called before the application says so. Ours is the
/// application's own request within a session; what the NOTIFYs say of it becomes `ReferEvent.progress`.
///
/// RFC 7647 wants a GRUU as the Contact of whoever accepts a REFER, and then REFER outside of the dialog with Target-Dialog.
/// Without GRUUs peers send it within the dialog, as the same section allows for that case; both are understood here.
public struct Refer: UserAgentExtension {
  /// A REFER that the peer waits for.
  private struct Asked: Sendable {
    let id: ReferralID
    let session: SessionID
    /// nil when the peer wants to hear nothing (RFC 4488), or can hear no more.
    var subscription: SubscriptionID?
    var said: StatusCode
  }

  /// A REFER of ours.
  private struct Ordered: Sendable {
    let request: RequestID
    let exchange: ExchangeID
    let subscription: SubscriptionID
    var heardFinal = false
  }

  /// More at a time are no transfers.
  static let maximumReferrals = 32

  private var asked: [Asked] = []
  private var ordered: [Ordered] = []
  /// Sessions that a REFER came in: the next one's subscription needs an id.
  private var referred: Set<SessionID> = []

  public init() {}

  public var optionTags: [OptionTag] { [.norefersub, .tdialog] }
  public var methods: [Method] { [.refer] }
  public var eventPackages: [String] { [ReferPackage.name] }

  // MARK: The peer's REFER

  public func namedDialog(in request: Request) -> DialogID? {
    guard request.method == .refer, request.to?.tag == nil, let target = request.value(TargetDialog.self) else { return nil }
    return DialogID(callID: target.callID, localTag: target.localTag, remoteTag: target.remoteTag)
  }

  public mutating func didReceive(_ request: Request, _ context: inout ExtensionContext) -> RequestVerdict {
    guard request.method == .refer, let transaction = context.serverTransaction else { return .proceed }
    // RFC 3515 section 2.4.2: no Refer-To, or more than one, is 400; so is more than one Referred-By (RFC 3892 section 2.2).
    guard request.fields.values(.referTo).count == 1, let target = request.value(ReferTo.self)?.address
    else { return refuse(request, .badRequest, "Bad Request - Refer-To") }
    guard request.fields.values(.referredBy).count <= 1
    else { return refuse(request, .badRequest, "Bad Request - more than one Referred-By") }
    let named = context.namedDialog.flatMap { $0.isOver || $0.isEarly ? nil : $0.session }
    // A stranger without a call has nobody to refer.
    guard let session = context.isInConfirmedDialog ? context.session : named else { return refuse(request, .forbidden) }
    let uri: URI
    switch target.uri {
    case .sip(var sip):
      // Another method than INVITE would make us act without a person seeing it.
      if let method = sip.parameters["method"], method.uppercased() != "INVITE" { return refuse(request, .decline) }
      sip.headers = []
      sip.parameters.remove("method")
      uri = .sip(sip)
    case .tel: uri = target.uri
    case .other: return refuse(request, .unsupportedURIScheme)
    }
    guard let fields = Self.fields(of: target, referredBy: request.fields.first(.referredBy)) else {
      return refuse(request, .badRequest, "Bad Request - Replaces in Refer-To")
    }
    guard asked.count < Self.maximumReferrals, !asked.contains(where: { $0.session == session }) else {
      return refuse(request, .requestPending)
    }
    let id = ReferralID(context.makeTicket().rawValue)
    // RFC 7647 section 5: 200, never 202.
    var response = Response(to: request, status: .ok)
    var subscription: SubscriptionID?
    if request.value(ReferSub.self)?.isTrue == false {
      // RFC 4488 section 4.
      response.fields.set(ReferSub("false", parameters: Parameters()))
      context.respond(to: transaction, with: response)
    } else {
      let number = referred.contains(session) ? request.cseq.map { String($0.number) } : nil
      let event = Event(ReferPackage.name, parameters: Parameters(number.map { [("id", $0)] } ?? []))
      // RFC 3515 section 2.4.4: the first NOTIFY says 100 while nothing is known.
      subscription = context.acceptSubscription(
        by: response, to: transaction, event: event, duration: ReferPackage.defaultDuration,
        leastInterval: ReferPackage.leastInterval, body: ReferPackage.body(of: ReferPackage.State(.trying)))
    }
    if request.to?.tag != nil { referred.insert(session) }
    asked.append(Asked(id: id, session: session, subscription: subscription, said: .trying))
    context.report(
      ReferEvent.asked(
        Referral(id: id, session: session, target: uri, displayName: target.displayName, fields: fields)))
    return .consumed
  }

  private func refuse(_ request: Request, _ status: StatusCode, _ reason: String? = nil) -> RequestVerdict {
    .reject(Response(to: request, status: status, reason: reason))
  }

  /// What the INVITE takes over from the Refer-To's URI and from the REFER; nil when a Replaces in it cannot be read.
  private static func fields(of target: NameAddress, referredBy: String?) -> HeaderFields? {
    var fields = target.uri.sip?.harmlessFields ?? HeaderFields()
    let replaces = (target.uri.sip?.headers ?? []).filter { HeaderName($0.decodedName) == .replaces }
    guard replaces.count <= 1 else { return nil }
    if let text = replaces.first?.decodedValue {
      guard let header = try? Replaces(text) else { return nil }
      fields.set(header)
    }
    // RFC 3892 section 2.1: copied as it is.
    if let referredBy { fields.append(name: .referredBy, value: referredBy) }
    return fields
  }

  /// How it goes with what a peer asked for. A final status is the last word: 2xx for a call that stands, 603 for a user who does
  /// not want to.
  public mutating func report(_ id: ReferralID, _ status: StatusCode, reason: String? = nil, _ context: inout ExtensionContext) {
    guard let index = asked.firstIndex(where: { $0.id == id }), asked[index].said != status else { return }
    asked[index].said = status
    let body = ReferPackage.body(of: ReferPackage.State(status, reason: reason))
    let subscription = asked[index].subscription
    if status.isFinal { asked.remove(at: index) }
    guard let subscription else { return }
    if status.isFinal {
      context.endSubscription(subscription, reason: "noresource", body: body)
    } else {
      context.publish(body, to: subscription)
    }
  }

  // MARK: Our REFER

  public mutating func willSend(_ request: inout Request, _ context: inout ExtensionContext) {
    guard request.method == .refer, let session = context.session, let exchange = context.exchange, let id = context.request,
      let number = request.cseq?.number, request.value(ReferSub.self)?.isTrue != false
    else { return }
    let known = ordered.first { $0.exchange == exchange }?.subscription
    let event = Event(ReferPackage.name, parameters: Parameters([("id", String(number))]))
    let subscription = context.expectNotifications(of: event, in: session, known: known)
    guard known == nil else { return }
    if ordered.count >= Self.maximumReferrals { ordered.removeFirst() }
    ordered.append(Ordered(request: id, exchange: exchange, subscription: subscription))
  }

  public mutating func didReceive(_ response: Response, to request: Request, _ context: inout ExtensionContext) -> ResponseVerdict {
    guard request.method == .refer, response.status >= .multipleChoices,
      // Those are answered by others, and the request goes out again.
      response.status != .unauthorized, response.status != .proxyAuthenticationRequired,
      let index = ordered.firstIndex(where: { $0.exchange == context.exchange })
    else { return .proceed }
    // The application hears of the refusal by the response.
    context.subscriptionRefused(ordered.remove(at: index).subscription, response.status)
    return .proceed
  }

  public mutating func subscription(_ id: SubscriptionID, _ event: SubscriptionEvent, _ context: inout ExtensionContext) {
    if let index = ordered.firstIndex(where: { $0.subscription == id }) {
      switch event {
      case .notified(let body):
        guard let state = body.flatMap({ ReferPackage.state(in: $0) }), !ordered[index].heardFinal else { return }
        ordered[index].heardFinal = state.status.isFinal
        context.report(ReferEvent.progress(ordered[index].request, state))
      case .ended:
        let gone = ordered.remove(at: index)
        if !gone.heardFinal { context.report(ReferEvent.lost(gone.request)) }
      }
    } else if let index = asked.firstIndex(where: { $0.subscription == id }), case .ended = event {
      // Nobody listens any more; the call goes its way.
      asked[index].subscription = nil
    }
  }

  public mutating func sessionEnded(_ session: SessionID, _ context: inout ExtensionContext) {
    referred.remove(session)
  }
}
