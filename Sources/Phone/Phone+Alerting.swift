import Media
import SIPMessages
import SIPUserAgent

/// How calls ring, and what is heard while the other side does (RFC 7462 section 13).
extension Phone {
  // MARK: What messages ask for

  /// What an INVITE asks for.
  func alerts(of session: IncomingSession, _ account: Int) -> CallAlerts {
    let isTrusted = accounts[account].settings.trustsServer && isFromServer(session, account)
    return alerts(in: session.request.fields, isTrusted: isTrusted, .ringing)
  }

  /// "The UA SHOULD render, at any time, the last received Alert-Info header field value" (section 13): a later response takes the
  /// place of the former one, and nothing of it is mixed in. One without the field says nothing about it.
  mutating func takeAlerts(of response: Response, _ index: Int) {
    guard response.fields.contains(.alertInfo) else { return }
    let isTrusted = accounts[calls[index].account - 1].settings.trustsServer
    let alerts = alerts(in: response.fields, isTrusted: isTrusted, .ringback)
    guard alerts.urns != calls[index].alerts.urns || alerts.description != calls[index].alerts.description else { return }
    calls[index].alerts = alerts
    // The state may be the same; what is said about it is not.
    calls[index].lastReported = nil
  }

  private func alerts(in fields: HeaderFields, isTrusted: Bool, _ situation: AlertSituation) -> CallAlerts {
    switch configuration.alerts.heed {
    case .nobody: return CallAlerts()
    case .server where !isTrusted: return CallAlerts()
    case .anyone, .server: break
    }
    let list = fields.alertInfo
    var urns = alerting.urns(in: list, believesVendorWords: isTrusted)
    // Section 11.1 (c): a choice may rest on other parts of the message, "Priority: urgent" for one. Last in the list it suggests
    // and does not overrule.
    if let urn = Self.priority(fields.values(.priority).first) { urns.append(urn) }
    return CallAlerts(urns: urns, description: alerting.describe(list, urns, in: situation))
  }

  /// RFC 3261 section 20.26.
  private static func priority(_ value: String?) -> AlertURN? {
    switch value?.trimmingBlanks.lowercased() {
    case "urgent", "emergency": .highPriority
    case "non-urgent": .lowPriority
    default: nil
    }
  }

  /// What our 180 says. That we are in another call is told only when the user has said so (section 16).
  func ringingFields(_ index: Int) -> HeaderFields {
    var fields = HeaderFields()
    let isBusy = calls.indices.contains { $0 != index && calls[$0].isEstablished }
    if isBusy, configuration.alerts.tellsCallWaiting { fields.append(alerts: [.callWaiting]) }
    return fields
  }

  // MARK: Sound

  /// For the loudspeaker: ringback, a waiting call, what is heard after a call that failed. For the ring device: a call that rings
  /// while nobody talks.
  mutating func alertSounds() -> (tone: ToneProgram?, ring: ToneProgram?) {
    if let announcement { return (announcement.sound.program, nil) }
    let isBusy = calls.indices.contains { calls[$0].isTalking || calls[$0].isBeingDialled }
    let ringing = calls.indices.first { calls[$0].isAudiblyRinging }
    if let dialled = calls.indices.first(where: { calls[$0].isBeingDialled }), case .calling(let progress) = calls[dialled].phase,
      progress.isRinging || !calls[dialled].alerts.urns.isEmpty, !progress.hasEarlySound
    {
      return (ringback(dialled), nil)
    }
    guard let ringing else { return (endSound?.program, nil) }
    if isBusy { return (ring(ringing, .ringingInCall), nil) }
    return (endSound?.program, ring(ringing, .ringing))
  }

  private mutating func ringback(_ index: Int) -> ToneProgram? {
    let isOther = calls.indices.contains { $0 != index && calls[$0].isTalking }
    let situation = isOther ? AlertSituation.ringbackInCall : .ringback
    let (resolver, settings) = (alerting, composition)
    return calls[index].alerts.program(in: situation) {
      AlertComposer.program(resolver.signals(for: $0, in: situation), in: situation, settings)
    }
  }

  private mutating func ring(_ index: Int, _ situation: AlertSituation) -> ToneProgram? {
    let (resolver, settings, guess) = (alerting, composition, source(of: calls[index]))
    return calls[index].alerts.program(in: situation) { urns in
      AlertComposer.program(resolver.signals(for: urns + guess, in: situation), in: situation, settings)
    }
  }

  /// The call waits on; it only makes no sound any more.
  mutating func silence(_ id: CallID?, _ step: inout PhoneStep) {
    guard let id else {
      for index in calls.indices where calls[index].isWaiting { calls[index].isRingerSilenced = true }
      return
    }
    let found = target(id, &step, implied: { _ in nil }, fits: { $0.isWaiting }, otherwise: "It does not ring.")
    if let index = found { calls[index].isRingerSilenced = true }
  }

  private var composition: AlertComposer.Settings {
    AlertComposer.Settings(country: configuration.country, risesInVolume: configuration.alerts.risesInVolume)
  }

  /// What we know ourselves about where the call comes from, for when nobody says it.
  private func source(of call: Call) -> [AlertURN] {
    // Callers of our own domain are shown by their user part alone.
    guard accounts[call.account - 1].hasDomain else { return [] }
    if call.peer.nameIsOurs { return [.friend] }
    return [call.peer.address.contains("@") ? .externalSource : .internalSource]
  }
}

extension Call {
  /// Rings, and was not silenced.
  var isAudiblyRinging: Bool {
    stage == .ringing && !isRingerSilenced
  }
}
