internal import SansIO

/// What a lying peer does when it calls.
extension LyingPeer {
  mutating func begin(_ victim: Victim) {
    let callID = random.token(bits: 64) + "@liar"
    let tag = random.token(bits: 32)
    var invite = request("INVITE", victim.uri, sequence: 100)
    invite.fields += [
      ("From", "\"Liar\" <sip:\(name)@liar.test>;tag=\(tag)"), ("To", "<\(victim.uri)>"), ("Call-ID", callID),
      ("Allow", "INVITE, ACK, BYE, CANCEL, UPDATE, PRACK"),
    ]
    if happens(85) { addDescription(FalseDescription.any(&random), to: &invite) }
    switch random.next(below: 10) {
    case 0: invite.fields.append(("Require", "100rel"))
    case 1: invite.fields.append(("Supported", "100rel, timer"))
    case 2: invite.fields.append(("Expires", "3"))
    case 3: invite.fields.append(("Require", "nobody-knows-this"))
    default: break
    }
    calls[callID] = LiarCall(
      isCaller: true, invite: invite, way: .datagram(victim.address), localTag: tag, remoteTag: "", remoteTarget: victim.uri,
      sequence: 100, acknowledges: happens(85))
    if calls.count > 64 { calls = calls.filter { $0.key == callID || !$0.value.isDead } }
    send(invite, .datagram(victim.address))
    for repetition in 0..<5 { plan(.repeatInvite, for: callID, after: .milliseconds(500 << repetition)) }
    if happens(10) {
      // The same INVITE over another path: a merged request (RFC 3261 section 8.2.2.2).
      var second = invite
      second.fields[0].value = via()
      send(second, .datagram(victim.address))
    }
    if happens(30) { plan(.cancel, for: callID, after: awkwardDelay()) }
    if happens(10) { plan(.request("BYE", nil, skew: 0), for: callID, after: awkwardDelay()) }
  }

  mutating func receiveResponse(_ message: RawMessage, _ status: Int, _ way: Way) {
    let callID = message.callID
    guard let call = calls[callID], call.isCaller || message.sequence.method != "INVITE" || call.status == nil else { return }
    guard message.sequence.method == "INVITE" else { return }
    if let tag = message.tag(of: "to"), status > 100 {
      calls[callID]?.remoteTag = tag
      calls[callID]?.remoteTarget = message.contactURI ?? call.remoteTarget
      if call.isCaller { calls[callID]?.routes = message.values("record-route").reversed() }
    }
    if status < 200 {
      if message.value("require")?.contains("100rel") == true, happens(80) { sendPrack(message, callID) }
      return
    }
    let isFirst = call.status == nil
    if message.sequence.number == call.invite.sequence.number { calls[callID]?.status = status }
    if status >= 300 {
      if happens(95), let call = calls[callID] { acknowledgeFailure(message, call) }
      return
    }
    if call.acknowledges {
      plan(.acknowledge, for: callID, after: isFirst && happens(30) ? awkwardDelay() : .zero)
    }
    if isFirst, call.isCaller { planLater(callID) }
  }

  // MARK: Making requests

  mutating func via() -> String { "SIP/2.0/UDP \(address);branch=z9hG4bK\(random.token(bits: 64));rport" }

  private mutating func request(_ method: String, _ uri: String, sequence: Int) -> RawMessage {
    var request = RawMessage(startLine: "\(method) \(uri) SIP/2.0")
    request.fields = [
      ("Via", via()), ("Max-Forwards", "70"), ("CSeq", "\(sequence) \(method)"), ("Contact", "<sip:\(name)@\(address)>"),
    ]
    return request
  }

  private mutating func requestInDialog(_ method: String, sequence: Int, _ call: LiarCall) -> RawMessage {
    var made = request(method, call.remoteTarget, sequence: sequence)
    for route in call.routes { made.fields.append(("Route", route)) }
    let (local, remote) = call.isCaller ? ("from", "to") : ("to", "from")
    let own = call.invite.value(local) ?? ""
    let other = call.invite.value(remote) ?? ""
    made.fields.append(("From", RawMessage.tag(in: own) == nil ? own + ";tag=\(call.localTag)" : own))
    made.fields.append(("To", RawMessage.tag(in: other) == nil ? other + ";tag=\(call.remoteTag)" : other))
    made.fields.append(("Call-ID", call.invite.callID))
    return made
  }

  mutating func sendRequest(_ method: String, _ description: FalseDescription?, skew: Int, _ callID: String) {
    guard var call = calls[callID], !call.isDead, !call.remoteTag.isEmpty else { return }
    call.sequence += 1
    calls[callID]?.sequence = call.sequence
    var made = requestInDialog(method, sequence: max(1, call.sequence + skew), call)
    if let description { addDescription(description, to: &made) }
    send(made, call.way)
    if method == "BYE", skew == 0, happens(15) { calls[callID]?.isDead = true }
  }

  mutating func sendCancel(_ call: LiarCall) {
    guard call.isCaller else { return }
    var cancel = call.invite
    cancel.startLine = call.invite.startLine.replacingFirstWord(with: "CANCEL")
    cancel.fields = cancel.fields.filter { !["require", "content-type", "contact"].contains($0.name.lowercased()) }
    for index in cancel.fields.indices where cancel.fields[index].name == "CSeq" {
      cancel.fields[index].value = "\(call.invite.sequence.number) CANCEL"
    }
    cancel.body = ""
    send(cancel, call.way)
  }

  /// For the last 2xx that came.
  mutating func sendAcknowledgement(_ call: LiarCall) {
    var made = requestInDialog("ACK", sequence: call.isCaller ? call.invite.sequence.number : call.sequence, call)
    if call.invite.body.isEmpty, call.isCaller { addDescription(FalseDescription.any(&random), to: &made) }
    send(made, call.way)
  }

  private mutating func acknowledgeFailure(_ response: RawMessage, _ call: LiarCall) {
    guard call.isCaller else { return }
    var made = call.invite
    made.startLine = call.invite.startLine.replacingFirstWord(with: "ACK")
    made.fields = made.fields.filter { !["content-type", "to"].contains($0.name.lowercased()) }
    made.fields.append(("To", response.value("to") ?? ""))
    for index in made.fields.indices where made.fields[index].name == "CSeq" {
      made.fields[index].value = "\(response.sequence.number) ACK"
    }
    made.body = ""
    send(made, call.way)
  }

  private mutating func sendPrack(_ response: RawMessage, _ callID: String) {
    guard var call = calls[callID], let number = response.value("rseq") else { return }
    call.sequence += 1
    calls[callID]?.sequence = call.sequence
    var made = requestInDialog("PRACK", sequence: call.sequence, call)
    made.fields.append(("RAck", "\(number) \(response.sequence.number) INVITE"))
    send(made, call.way)
  }
}

extension String {
  fileprivate func replacingFirstWord(with word: String) -> String {
    guard let space = firstIndex(of: " ") else { return word }
    return word + self[space...]
  }
}
