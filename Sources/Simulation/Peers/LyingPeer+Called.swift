internal import SansIO

/// What a lying peer does when it is called.
extension LyingPeer {
  mutating func receiveRequest(_ message: RawMessage, _ method: String, _ way: Way) {
    let callID = message.callID
    if method == "INVITE", message.tag(of: "to") == nil {
      if calls[callID] == nil { beCalled(message, way) }
      return
    }
    guard let call = calls[callID] else {
      if method != "ACK" { send(plain(message, 481), way) }
      return
    }
    guard !call.isDead else { return }
    switch method {
    case "ACK": calls[callID]?.acknowledged.insert(message.tag(of: "to") ?? "")
    case "CANCEL": beCancelled(message, call, way)
    case "BYE":
      if happens(80) { send(plain(message, 200), way) } else if happens(50) { send(plain(message, 481), way) }
      let isDead = happens(50)
      calls[callID]?.isDead = isDead
    case "INVITE": answerOffer(message, statuses: [200, 200, 200, 200, 491, 488, 500, 481, 408, 100, 0], way)
    case "UPDATE": answerOffer(message, statuses: [200, 200, 200, 491, 405, 500, 481, 0], way)
    case "PRACK": if happens(85) { send(plain(message, happens(90) ? 200 : 481), way) }
    default: send(plain(message, 200), way)
    }
  }

  private mutating func beCalled(_ invite: RawMessage, _ way: Way) {
    let callID = invite.callID
    let tag = random.token(bits: 32)
    calls[callID] = LiarCall(
      isCaller: false, invite: invite, way: way, localTag: tag, remoteTag: invite.tag(of: "from") ?? "",
      remoteTarget: invite.contactURI ?? "sip:nobody@127.0.0.1", routes: invite.values("record-route"), sequence: 100,
      answersAfterCancel: happens(40))
    if calls.count > 64 { calls = calls.filter { $0.key == callID || !$0.value.isDead } }
    let description = FalseDescription.any(&random)
    let success = Answer(status: 200, tag: tag, description: description)
    let ringing = Answer(status: 180, tag: tag)
    if happens(70) { plan(.answer(ringing), for: callID, after: .milliseconds(Int64(random.next(below: 300)))) }
    switch random.next(below: 14) {
    case 0, 1:
      plan(.answer(success), for: callID, after: awkwardDelay())
      planLater(callID)
    case 2:
      plan(
        .answer(Answer(status: pick([486, 603, 404, 480, 500, 503, 600, 699]) ?? 486, tag: tag)), for: callID, after: awkwardDelay()
      )
    case 3:
      var moved = Answer(status: 302, tag: tag)
      moved.fields = [("Contact", "<sip:\(name)@\(address)>;q=0.5, <sip:other@\(address)>")]
      plan(.answer(moved), for: callID, after: awkwardDelay())
    case 4: break  // It rings for ever.
    case 5:
      // Two branches of a fork that answer both.
      let second = random.token(bits: 32)
      plan(.answer(Answer(status: 180, tag: second)), for: callID, after: .milliseconds(200))
      plan(.answer(success), for: callID, after: .milliseconds(900))
      plan(
        .answer(Answer(status: 200, tag: second, description: .otherPort)), for: callID, after: .milliseconds(900) + awkwardDelay())
      planLater(callID)
    case 6, 7:
      var lie = success
      lie.lie = Lie.allCases[Int(random.next(below: UInt64(Lie.allCases.count)))]
      plan(.answer(lie), for: callID, after: awkwardDelay())
      if happens(60) { plan(.answer(success), for: callID, after: .seconds(5)) }
    case 8:
      plan(.answer(Answer(status: 183, tag: tag, description: .plain)), for: callID, after: .milliseconds(100))
      plan(.answer(Answer(status: 183, tag: tag, description: .otherPort)), for: callID, after: .milliseconds(300))
      plan(.answer(success), for: callID, after: .seconds(1))
      planLater(callID)
    case 9:
      let number = 1 + Int(random.next(below: 1000))
      plan(.answer(Answer(status: 183, tag: tag, description: .plain, reliable: number)), for: callID, after: .milliseconds(100))
      let next = happens(50) ? number + 1 : number + 5
      plan(.answer(Answer(status: 180, tag: tag, reliable: next)), for: callID, after: .milliseconds(700))
      if happens(50) { plan(.request("UPDATE", .otherPort, skew: 0), for: callID, after: .milliseconds(900)) }
      plan(.answer(success), for: callID, after: .seconds(1) + awkwardDelay())
    case 10:
      plan(.answer(success), for: callID, after: .milliseconds(200))
      plan(.request("INVITE", FalseDescription.any(&random), skew: 0), for: callID, after: .milliseconds(200) + awkwardDelay())
      plan(.request("INVITE", nil, skew: 0), for: callID, after: .milliseconds(600) + awkwardDelay())
      planLater(callID)
    case 11:
      plan(.answer(success), for: callID, after: .milliseconds(300))
      plan(.request("BYE", nil, skew: 0), for: callID, after: .milliseconds(300) + awkwardDelay())
      plan(.request("BYE", nil, skew: -50), for: callID, after: .milliseconds(300) + awkwardDelay())
    case 12:
      plan(.answer(success), for: callID, after: .milliseconds(300))
      plan(.request("UPDATE", FalseDescription.any(&random), skew: 0), for: callID, after: .milliseconds(400) + awkwardDelay())
      plan(.request("INVITE", FalseDescription.any(&random), skew: -3), for: callID, after: .milliseconds(400) + awkwardDelay())
      planLater(callID)
    default: calls[callID]?.isDead = true
    }
  }

  /// What may still come in a call that stands.
  mutating func planLater(_ callID: String) {
    let start = Duration.seconds(2)
    if happens(30) { plan(.request("INVITE", FalseDescription.any(&random), skew: 0), for: callID, after: start + awkwardDelay()) }
    if happens(20) { plan(.request("UPDATE", FalseDescription.any(&random), skew: 0), for: callID, after: start + awkwardDelay()) }
    if happens(15) { plan(.request("INFO", nil, skew: 0), for: callID, after: start + awkwardDelay()) }
    if happens(50) { plan(.request("BYE", nil, skew: 0), for: callID, after: start * 2 + awkwardDelay()) }
  }

  mutating func sendAnswer(_ answer: Answer, _ call: LiarCall) {
    guard !call.isDead else { return }
    send(response(answer, to: call.invite), call.way)
    if (200...299).contains(answer.status) {
      plan(.repeatAnswer(answer, interval: .milliseconds(500)), for: call.invite.callID, after: .milliseconds(500))
    }
  }

  private mutating func beCancelled(_ cancel: RawMessage, _ call: LiarCall, _ way: Way) {
    if happens(85) { send(plain(cancel, 200), way) }
    if call.answersAfterCancel {
      let late = Answer(status: 200, tag: call.localTag, description: .plain)
      plan(.answer(late), for: call.invite.callID, after: awkwardDelay())
    } else if happens(80) {
      send(response(Answer(status: 487, tag: call.localTag), to: call.invite), call.way)
    }
  }

  private mutating func answerOffer(_ message: RawMessage, statuses: [Int], _ way: Way) {
    guard let status = pick(statuses), status > 0 else { return }
    var answer = plain(message, status)
    if status == 200, message.sequence.method == "INVITE" || !message.body.isEmpty {
      addDescription(FalseDescription.any(&random), to: &answer)
    }
    if status == 500 { answer.fields.append(("Retry-After", "2")) }
    if status == 200 { answer.fields.append(("Contact", "<sip:\(name)@\(address)>")) }
    send(answer, way)
  }

  // MARK: Making responses

  /// The headers that every response copies (RFC 3261 section 8.2.6.2).
  func plain(_ request: RawMessage, _ status: Int) -> RawMessage {
    var response = RawMessage(startLine: "SIP/2.0 \(status) Whatever")
    for field in request.fields {
      switch field.name.lowercased() {
      case "via", "from", "call-id", "cseq", "record-route": response.fields.append(field)
      case "to":
        let isTagged = RawMessage.tag(in: field.value) != nil
        response.fields.append(("To", isTagged ? field.value : field.value + ";tag=none"))
      default: break
      }
    }
    return response
  }

  func response(_ answer: Answer, to invite: RawMessage) -> RawMessage {
    var response = plain(invite, answer.lie == .unknownStatus ? 299 : answer.status)
    for (index, field) in response.fields.enumerated() {
      switch (field.name.lowercased(), answer.lie) {
      case ("to", let lie):
        response.fields[index].value = (invite.value("to") ?? "") + (lie == .noToTag ? "" : ";tag=\(answer.tag)")
      case ("cseq", .sequenceNumber): response.fields[index].value = "\(invite.sequence.number + 7) INVITE"
      case ("cseq", .sequenceMethod): response.fields[index].value = "\(invite.sequence.number) OPTIONS"
      case ("from", .fromTag): response.fields[index].value = field.value + "x"
      case ("call-id", .callID): response.fields[index].value = field.value + "x"
      case ("via", .branch): response.fields[index].value = field.value + "x"
      default: break
      }
    }
    if answer.lie == .secondVia { response.fields.insert(("Via", "SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKnobody"), at: 0) }
    response.fields += answer.fields
    if !answer.fields.contains(where: { $0.name == "Contact" }) {
      response.fields.append(("Contact", "<sip:\(name)@\(address)>"))
    }
    response.fields.append(("Allow", "INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, OPTIONS"))
    if let number = answer.reliable {
      response.fields.append(("Require", "100rel"))
      response.fields.append(("RSeq", "\(number)"))
    }
    if let description = answer.description { addDescription(description, to: &response) }
    return response
  }

  func addDescription(_ description: FalseDescription, to message: inout RawMessage) {
    message.fields.append(("Content-Type", "application/sdp"))
    message.body = description.text(at: address.address, version: Int(truncatingIfNeeded: now.nanoseconds / 1_000_000))
  }
}
