import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO

/// Transferring the other side of a call: to anybody (blind), or to the other end of another call (attended; RFC 5589).
extension Phone {
  mutating func transfer(_ id: CallID?, to text: String, _ step: inout PhoneStep) {
    guard let index = transferable(id, &step) else { return }
    let home = accounts[calls[index].account - 1].home
    do throws(DialTarget.Unusable) {
      let target = NameAddress(uri: try DialTarget.resolve(text, contacts: configuration.contacts, home: home))
      begin(index, target, shownAs: target, other: nil, &step)
    } catch {
      complain(error.reason, call: calls[index].id, &step)
    }
  }

  mutating func transfer(_ id: CallID?, toCall other: CallID, _ step: inout PhoneStep) {
    guard let second = self.index(of: other), calls[second].isEstablished, calls[second].transfer == nil else {
      complain("Call \(other) is not one that somebody could be transferred to: it must be answered.", call: other, &step)
      return
    }
    // Without a number the other one of two calls is meant.
    let implied = calls.indices.first { calls[$0].isEstablished && calls[$0].id != other }
    guard let index = transferable(id ?? implied.map { calls[$0].id }, &step) else { return }
    guard calls[index].id != other else {
      complain("A call cannot be transferred to itself.", call: other, &step)
      return
    }
    guard let dialog = userAgent.dialog(of: calls[second].session), var uri = dialog.remoteTarget.sip else {
      complain("Call \(other) has no address that somebody could be sent to.", call: other, &step)
      return
    }
    // RFC 5589 section 7.3: the target's own address, and the dialog that it has with us, in its own view.
    let replaces = Replaces(callID: dialog.id.callID, toTag: dialog.id.remoteTag, fromTag: dialog.id.localTag)
    var text: [UInt8] = []
    replaces.serialize(into: &text)
    uri.headers = [SIPURI.Header(plainName: "Replaces", plainValue: String(decoding: text, as: UTF8.self))]
    begin(index, NameAddress(uri: .sip(uri)), shownAs: dialog.remoteAddress, other: other, &step)
  }

  private mutating func transferable(_ id: CallID?, _ step: inout PhoneStep) -> Int? {
    func fits(_ call: Call) -> Bool { call.isEstablished && call.transfer == nil }
    return target(
      id, &step,
      implied: { phone in
        phone.selectedCall.flatMap { phone.index(of: $0) }.flatMap { fits(phone.calls[$0]) ? $0 : nil }
          ?? phone.calls.firstIndex(where: fits)
      },
      fits: fits, otherwise: "There is no answered call to transfer.")
  }

  private mutating func begin(
    _ index: Int, _ target: NameAddress, shownAs shown: NameAddress, other: CallID?, _ step: inout PhoneStep
  ) {
    let account = calls[index].account - 1
    let peer = PeerIdentification.identify(
      shown, asserted: nil, contacts: configuration.contacts, home: accounts[account].home)
    let talked = calls.first { $0.isTalking }?.id
    calls[index].transfer = OutgoingTransfer(target: target, peer: peer, other: other, talked: talked)
    if calls[index].isTalking { hold(index, &step) }
    if let second = other.flatMap({ self.index(of: $0) }), calls[second].isTalking { hold(second, &step) }
    notice(.information, "Transferring \(calls[index].peer.shortName) to \(peer.shortName).", &step)
    report(.asked, index, &step)
  }

  /// Sends what waited for the hold.
  mutating func pursueTransfers(_ step: inout PhoneStep) {
    for index in calls.indices {
      guard let transfer = calls[index].transfer, transfer.stage == .holding, calls[index].isEstablished,
        calls[index].openOffer == nil
      else { continue }
      step.hasChanged = true
      let id = RequestID(nextRequest)
      nextRequest += 2
      calls[index].transfer?.stage = .ordered(id)
      var fields = HeaderFields()
      fields.append(ReferTo(transfer.target))
      // RFC 3892 section 2.1.
      fields.append(ReferredBy(NameAddress(uri: accounts[calls[index].account - 1].identity.address.uri)))
      tell(.command(.requestInDialog(id, calls[index].session, .refer, fields, nil)), &step)
    }
  }

  private func index(ofTransfer id: RequestID) -> Int? {
    calls.indices.first { calls[$0].transfer?.request == id && !calls[$0].isEnded }
  }

  // MARK: What comes of it

  mutating func receive(_ response: Response, to id: RequestID, _ step: inout PhoneStep) {
    guard response.status.isFinal, let index = index(ofTransfer: id) else { return }
    guard response.status.isSuccess else {
      transferFailed(index, response.status, reason: response.reason, &step)
      return
    }
    if case .ordered = calls[index].transfer?.stage { calls[index].transfer?.stage = .accepted(id) }
    report(.accepted, index, &step)
  }

  mutating func transferProgressed(_ id: RequestID, _ state: ReferPackage.State, _ step: inout PhoneStep) {
    guard let index = index(ofTransfer: id), let transfer = calls[index].transfer else { return }
    // A NOTIFY may come before the response to the REFER.
    calls[index].transfer?.stage = .accepted(id)
    if state.status.isProvisional {
      report(.progress, index, status: state.status, &step)
      if state.status == .ringing { notice(.information, "It rings at \(transfer.peer.shortName).", &step) }
    } else if state.status.isSuccess {
      report(.succeeded, index, status: state.status, &step)
      let id = calls[index].id
      calls[index].transfer = nil
      calls[index].handedTo = transfer.peer.shortName
      // The other call's end replaces us by itself; when it does not, we go all the same.
      if let second = transfer.other.flatMap({ self.index(of: $0) }), !calls[second].isEnded {
        calls[second].handedTo = calls[index].peer.shortName
        calls[second].leaveAt = step.now.instant + Self.handOverTime
      }
      hangUp(id, &step)
    } else {
      transferFailed(index, state.status, reason: state.reason, &step)
    }
  }

  /// Nobody will say any more how it went. The call stays on hold, for the user to decide.
  mutating func transferLost(_ id: RequestID, _ step: inout PhoneStep) {
    guard let index = index(ofTransfer: id), let transfer = calls[index].transfer else { return }
    report(.failed, index, reason: "no word came", &step)
    calls[index].transfer = nil
    notice(
      .warning, "No word came whether \(calls[index].peer.shortName) reached \(transfer.peer.shortName). The call is on hold.",
      &step)
  }

  private mutating func transferFailed(_ index: Int, _ status: StatusCode, reason: String, _ step: inout PhoneStep) {
    guard let transfer = calls[index].transfer else { return }
    let why =
      status == .methodNotAllowed || status == .notImplemented
      ? "the other side cannot be transferred" : CallEnding.words(for: status, reason: reason)
    report(.failed, index, status: status, reason: why, &step)
    calls[index].transfer = nil
    let sentence = "The transfer to \(transfer.peer.shortName) failed (\(why))"
    let back = transfer.talked ?? calls[index].id
    let isHeld = self.index(of: back).map { calls[$0].isHeld && calls[$0].isEstablished } ?? false
    if isHeld {
      takeBack(back, sentence, &step)
    } else {
      notice(.warning, sentence + ".", &step)
    }
  }

  /// The call that is being transferred is over before the last word: who took the order went to follow it.
  mutating func transferEnded(_ index: Int, _ step: inout PhoneStep) {
    guard let transfer = calls[index].transfer else { return }
    if transfer.isAccepted { calls[index].handedTo = transfer.peer.shortName }
    report(transfer.isAccepted ? .succeeded : .failed, index, reason: transfer.isAccepted ? nil : "the call ended", &step)
    calls[index].transfer = nil
  }

  private mutating func report(
    _ state: TransferReport.State, _ index: Int, status: StatusCode? = nil, reason: String? = nil, _ step: inout PhoneStep
  ) {
    guard let transfer = calls[index].transfer else { return }
    step.outputs.append(
      .event(
        .transfer(
          TransferReport(
            call: calls[index].id, account: accounts[calls[index].account - 1].name, isIncoming: false, state: state,
            name: transfer.peer.name, target: transfer.peer.uri, status: status?.rawValue, reason: reason, newCall: transfer.other))
      ))
  }
}
