import SIPMessages
import SansIO

/// Offers and refreshes of ours within the dialog: re-INVITE and UPDATE (RFC 3261 section 14.1, RFC 3311 section 5.1).
extension InviteUsage {
  enum WantedChange: Sendable {
    case offer(Body)
    /// Nothing new: the session is told to be alive (RFC 4028 section 7.2).
    case refresh
    /// Who we are (RFC 4916).
    case identity(IdentityNews)
  }

  struct OutgoingChange: Sendable {
    let exchange: ExchangeID
    let change: WantedChange
    let hasOffer: Bool
    let method: Method
    /// When the CANCEL goes out; nil after it did. What comes of it is the transaction layer's to say, within 64*T1.
    var giveUpAt: Instant?
  }

  /// Remembers what is wanted and does it as soon as nothing else is in the way. A newer offer takes the place of one that still
  /// waits.
  mutating func want(_ change: WantedChange, _ step: inout SessionStep) {
    switch (change, wanted) {
    case (.refresh, .offer): return  // The offer refreshes as well.
    case (.refresh, _), (.offer, _): wanted = change
    case (.identity(let news), _): tell(news)
    }
    pursueChange(&step)
  }

  mutating func pursueChange(_ step: inout SessionStep) {
    pursueWanted(&step)
    pursueIdentity(&step)
  }

  /// "a UAC MUST NOT initiate a new INVITE transaction within a dialog while another INVITE transaction is in progress in either
  /// direction."
  private mutating func pursueWanted(_ step: inout SessionStep) {
    guard !isOver, let change = wanted, outgoing == nil, retryAt == nil, acceptances.isEmpty, incoming.isEmpty,
      let index = currentIndex, dialogs[index].offers.mayOffer
    else { return }
    let current = dialogs[index]
    let peerUpdates = current.peerMethods.contains(.update)
    switch (phase, change) {
    case (.confirmed, .offer(let body)):
      wanted = nil
      startChange(change, .invite, body: body, in: index, &step)
    case (.confirmed, .refresh):
      wanted = nil
      if peerUpdates {
        startChange(change, .update, body: nil, in: index, &step)
      } else {
        startChange(change, .invite, body: current.offers.local, in: index, &step)
      }
    case (.calling(let calling), .offer(let body)):
      // In an early dialog only UPDATE may, and only after a first agreement.
      guard !calling.isAbandoned, peerUpdates, current.offers.state == .agreed else { return }
      wanted = nil
      startChange(change, .update, body: body, in: index, &step)
    case (.ringing(let ringing), .offer(let body)):
      guard ringing.reliable.isIdle, peerUpdates, current.offers.state == .agreed else { return }
      wanted = nil
      startChange(change, .update, body: body, in: index, &step)
    case (.calling, .refresh), (.ringing, .refresh), (_, .identity), (.redirected, _), (.ending, _), (.finished, _):
      break
    }
  }

  mutating func startChange(
    _ change: WantedChange, _ method: Method, body: Body?, in index: Int, _ step: inout SessionStep
  ) {
    if let body { dialogs[index].offers.sendOffer(body) }
    let exchange = send(method, in: index, purpose: .change, &step) { $0.setContent(body) }
    outgoing = OutgoingChange(
      exchange: exchange, change: change, hasOffer: body != nil, method: method, giveUpAt: step.now + step.answerTimeout)
    identityLeft(by: method, in: index)
  }

  mutating func receiveChangeResponse(
    _ response: Response, to sent: Request, exchange: ExchangeID, remoteTag: String?, _ step: inout SessionStep
  ) {
    guard let index = index(of: remoteTag) else { return }
    guard let change = outgoing, change.exchange == exchange else {
      // A repeated 2xx of a re-INVITE, or one that came after all was over: it must have its ACK.
      guard response.status.isSuccess, sent.method == .invite else { return }
      if dialogs[index].acknowledgements.contains(where: { $0.sequence == sent.cseq?.number }) {
        repeatAcknowledgement(in: index, sequence: sent.cseq?.number, &step)
      } else {
        acknowledge(sent, in: index, body: nil, &step)
      }
      return
    }
    let description = response.sessionDescription
    if response.status.isProvisional {
      guard sent.method == .invite, response.status != .trying, response.fields.optionTags(Require.self).contains(.rel100) else {
        return
      }
      if let description, dialogs[index].offers.receiveAnswer(description) { emit(.answered(description, isEarly: false), &step) }
      sendPrack(for: response, in: index, body: nil, &step)
      return
    }
    outgoing = nil
    dialogs[index].learn(from: response.fields)
    if response.status.isSuccess {
      dialogs[index].dialog.refreshTarget(from: response.contactURI)
      if sent.method == .invite { acknowledge(sent, in: index, body: nil, &step) }
      if change.hasOffer {
        if let description {
          if dialogs[index].offers.receiveAnswer(description) { emit(.answered(description, isEarly: false), &step) }
        } else {
          dialogs[index].offers.withdraw()
        }
      }
    } else {
      if change.hasOffer { dialogs[index].offers.withdraw() }
      changeRefused(change, response, in: index, &step)
    }
    pursueChange(&step)
  }

  private mutating func changeRefused(_ change: OutgoingChange, _ response: Response, in index: Int, _ step: inout SessionStep) {
    let retryAfter = response.value(RetryAfter.self)?.seconds
    switch response.status {
    case .requestPending:
      retryAt = step.now + glarePause(&step)
      keep(change.change)
    case .serverInternalError where retryAfter != nil:
      retryAt = step.now + .seconds(Int64(min(retryAfter ?? 0, 10)))
      keep(change.change)
    case .methodNotAllowed where change.method == .update, .notImplemented where change.method == .update:
      // It said it could, and cannot; a re-INVITE always can.
      dialogs[index].peerMethods.removeAll { $0 == .update }
      dialogs[index].refusesUpdate = true
      keep(change.change)
    case .callDoesNotExist, .requestTimeout:
      break  // The whole session ends, see `receive`.
    default:
      // 487 is only the echo of our own CANCEL.
      let status = change.giveUpAt == nil && response.status == .requestTerminated ? .requestTimeout : response.status
      switch change.change {
      case .offer: emit(.offerRefused(status), &step)
      case .identity(.change): emit(.identityRefused(status), &step)
      case .identity(.announcement), .refresh: break
      }
    }
  }

  /// Back into the queue, unless something newer waits there.
  private mutating func keep(_ change: WantedChange) {
    if case .identity(let news) = change {
      tell(news)
    } else if wanted == nil {
      wanted = change
    }
  }

  /// Section 14.1: 2.1 to 4 s in units of 10 ms for the owner of the Call-ID, 0 to 2 s for the other, so that one of them wins.
  private func glarePause(_ step: inout SessionStep) -> Duration {
    let units = isCaller ? 210 + step.random.next(below: 191) : step.random.next(below: 201)
    return .milliseconds(Int64(units) * 10)
  }
}
