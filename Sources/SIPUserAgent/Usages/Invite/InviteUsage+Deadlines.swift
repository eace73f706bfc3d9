import SIPMessages
import SansIO

/// When a session wants to be woken, and what it does then.
extension InviteUsage {
  var nextDeadline: Instant? {
    var earliest: Instant?
    // Asked after every step of every session: no arrays here.
    func consider(_ candidate: Instant?) {
      if let candidate { earliest = min(earliest ?? candidate, candidate) }
    }
    for acceptance in acceptances { consider(acceptance.deadline) }
    for offer in incoming { consider(offer.giveUpAt) }
    consider(retryAt)
    consider(outgoing?.giveUpAt)
    switch phase {
    case .calling(let calling): consider(calling.giveUpAt)
    case .ringing(let ringing):
      consider(ringing.reliable.deadline)
      consider(ringing.repeatAt)
      consider(ringing.giveUpAt)
    case .ending(let until): consider(until)
    case .redirected, .confirmed, .finished: break
    }
    return earliest
  }

  mutating func deadlineReached(_ step: inout SessionStep) {
    resendAcceptances(&step)
    while let overdue = incoming.firstIndex(where: { $0.giveUpAt <= step.now }) { giveUpAnswering(at: overdue, &step) }
    if let due = retryAt, due <= step.now {
      retryAt = nil
      pursueChange(&step)
    }
    if let change = outgoing, let due = change.giveUpAt, due <= step.now {
      // Section 14.1: no new INVITE before the final response to this one, which the CANCEL brings: 487, or the 2xx that crossed
      // it. Until then the offer is open; nobody can know which description holds.
      outgoing?.giveUpAt = nil
      step.actions.append(.cancel(change.exchange, nil))
    }
    switch phase {
    case .calling(let calling) where calling.giveUpAt <= step.now:
      if calling.isAbandoned {
        phase = .finished
      } else {
        emit(.ended(.failed(.requestTimeout, "Nobody answered")), &step)
        abandon(calling, reason: nil, &step)
      }
    case .ringing:
      ringingDeadlineReached(&step)
    case .ending(let until) where until <= step.now:
      phase = .finished
    case .calling, .redirected, .confirmed, .ending, .finished:
      break
    }
  }

  private mutating func resendAcceptances(_ step: inout SessionStep) {
    for position in acceptances.indices.reversed() {
      if acceptances[position].giveUpAt <= step.now {
        acceptances.remove(at: position)
        // Section 13.3.1.4: "the dialog is confirmed, but the session SHOULD be terminated … with a BYE."
        if let farewell = byeAfterAcknowledgement {
          byeAfterAcknowledgement = nil
          sendBye(reason: farewell.reason, &step)
        } else if case .confirmed = phase {
          acceptances = []
          fail(.requestTimeout, "The caller never confirmed our answer", &step)
          return
        }
      } else if acceptances[position].resendAt <= step.now {
        acceptances[position].resent(now: step.now, timers: step.timers)
        step.actions.append(.repeatResponse(acceptances[position].transaction, acceptances[position].response))
      }
    }
  }

  private mutating func giveUpAnswering(at position: Int, _ step: inout SessionStep) {
    if case .success(let invite) = incoming[position].carrier, let index = index(of: incoming[position].remoteTag) {
      incoming.remove(at: position)
      acknowledge(invite, in: index, body: nil, &step)
      fail(.requestTimeout, "The offer was never answered", &step)
    } else {
      withdrawIncoming(at: position, .notAcceptableHere, &step)
    }
  }

  private mutating func ringingDeadlineReached(_ step: inout SessionStep) {
    guard case .ringing(var ringing) = phase else { return }
    if ringing.giveUpAt <= step.now {
      if ringing.isExpiry {
        // Section 13.3.1: "a 487 (Request Terminated) response SHOULD be generated".
        fail(.requestTerminated, "Nobody answered before the invitation expired", &step)
      } else {
        fail(.temporarilyUnavailable, "Nobody answered", &step)
      }
      return
    }
    switch ringing.reliable.deadlineReached(now: step.now) {
    case .nothing: break
    case .resend(let response): step.actions.append(.repeatResponse(ringing.transaction, response))
    case .giveUp:
      phase = .ringing(ringing)
      fail(.serverTimeout, "The caller did not acknowledge our provisional response", &step)
      return
    }
    if let due = ringing.repeatAt, due <= step.now, let last = ringing.lastProvisional, ringing.heldAccept == nil {
      ringing.repeatAt = step.now + last.pause
      if !last.isReliable {
        step.actions.append(.repeatResponse(ringing.transaction, last.response))
      } else if let ready = ringing.reliable.send(last.response, now: step.now, timers: step.timers) {
        step.actions.append(.respond(ringing.transaction, ready))
      }
    }
    phase = .ringing(ringing)
  }
}
