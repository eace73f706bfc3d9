import Media
import SIPMessages
import SIPUserAgent
import SansIO

/// Hold, resume, swap and selection (RFC 3264 section 8.4).
extension Phone {
  mutating func orderHold(_ id: CallID?, _ step: inout PhoneStep) {
    let found = target(
      id, &step,
      implied: { phone in
        phone.selectedCall.flatMap { phone.index(of: $0) }.flatMap { phone.calls[$0].isTalking ? $0 : nil } ?? phone.focusIndex
      },
      fits: { $0.isTalking }, otherwise: "There is no call that could be put on hold.")
    guard let index = found else { return }
    guard calls[index].isTalking else {
      complain("There is no call that could be put on hold.", &step)
      return
    }
    hold(index, &step)
  }

  mutating func orderResume(_ id: CallID?, by act: UserAct, _ step: inout PhoneStep) {
    func isOnHold(_ call: Call) -> Bool { call.isEstablished && call.isHeld }
    let found = target(
      id, &step,
      implied: { phone in
        phone.selectedCall.flatMap { phone.index(of: $0) }.flatMap { isOnHold(phone.calls[$0]) ? $0 : nil }
          ?? phone.calls.firstIndex(where: isOnHold)
      },
      fits: isOnHold, otherwise: "There is no call on hold.")
    guard let index = found else { return }
    resume(index, by: act, &step)
  }

  mutating func swap(by act: UserAct, _ step: inout PhoneStep) {
    let held = calls.indices.filter { calls[$0].isEstablished && calls[$0].isHeld }
    // With several on hold the one that has waited longest comes next.
    guard let next = held.first(where: { calls[$0].id != selectedCall }) ?? held.first else {
      complain("There is no call on hold to swap to.", &step)
      return
    }
    resume(next, by: act, &step)
  }

  mutating func select(_ id: CallID, _ step: inout PhoneStep) {
    let found = target(id, &step, implied: { _ in nil }, fits: { !$0.isEnded }, otherwise: "It is over.")
    if let index = found { selectedCall = calls[index].id }
  }

  /// All other calls that are talked to are put on hold: one is heard at a time.
  mutating func holdOthers(than id: CallID, _ step: inout PhoneStep) {
    for index in calls.indices where calls[index].id != id && calls[index].isTalking { hold(index, &step) }
  }

  /// The sound stops at once, whatever the peer answers; it hears a tone from us meanwhile.
  mutating func hold(_ index: Int, _ step: inout PhoneStep) {
    gate.withdraw(calls[index].id)
    calls[index].isHeld = true
    offerAgain(index, &step)
  }

  private mutating func resume(_ index: Int, by act: UserAct, _ step: inout PhoneStep) {
    let id = calls[index].id
    holdOthers(than: id, &step)
    calls[index].isHeld = false
    selectedCall = id
    gate.want(id, by: act)
    calls[index].receivesOnly = false
    offerAgain(index, &step)
  }

  /// Offers the direction that is wished for now, unless an offer is open: then its answer will bring us back here.
  mutating func offerAgain(_ index: Int, _ step: inout PhoneStep) {
    guard calls[index].isEstablished, calls[index].openOffer == nil, let endpoint = calls[index].endpoint else { return }
    let direction = calls[index].direction
    calls[index].openOffer = direction
    let offer = calls[index].negotiator.makeOffer(local: endpoint, direction: direction)
    tell(.command(.offer(calls[index].session, Body(contentType: .sdp, bytes: offer))), &step)
  }
}
