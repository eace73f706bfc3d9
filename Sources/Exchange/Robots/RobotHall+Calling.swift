internal import Media
internal import SIPExtensions
internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

/// The calls that robots make.
extension RobotHall {
  mutating func callBack(_ number: UInt64, now: Moment, into outputs: inout [Output]) {
    guard let (robot, peer) = callbacks.removeValue(forKey: number), proxy != nil else { return }
    counter += 1
    let call = makeCall(SessionID(2 * counter), robot, peer, isIncoming: false, offer: nil)
    calls[call.session] = call
    sessions[call.stream] = call.session
    outputs.append(.media(.open(call.stream, peer: "127.0.0.1")))
  }

  mutating func invite(_ session: SessionID, now: Moment, into outputs: inout [Output]) {
    guard let call = calls[session], let proxy, let offer = makeOffer(of: session, direction: .sendrecv) else { return }
    calls[session]?.stage = .calling
    let claimed = call.robot.claimed
    let address = NameAddress(uri: .sip(uri(of: claimed)), displayName: claimed.callerName)
    let route = SIPURI(host: .address(proxy.address), port: proxy.port).loose
    let identity = LocalIdentity(address: address, routes: [NameAddress(uri: .sip(route))], transport: .udp)
    var fields = HeaderFields()
    fields.append(alerts: call.robot.alerts)
    if let wish = call.robot.answerField { fields.append(name: wish.name, value: wish.value) }
    // The robots' line needs no password, so the exchange takes from it who was checked and who was not.
    if call.robot.isVouchedFor { fields.append(PAssertedIdentity(address)) }
    sign(call, as: address, now.wallTime, &fields)
    if call.robot.callsBackAfter != nil { sleepers.schedule(.call(session), at: now.instant + .seconds(30)) }
    let order = InviteOrder(identity: identity, target: call.peer, offer: offer, fields: fields)
    command(.invite(session, order), now: now, into: &outputs)
  }
}
