import SIPMessages
import SansIO

/// Who we say we are within the dialog (RFC 4916): the URI of From may change, the tag stays, and a peer that does not know
/// `from-change` never sees another URI than the one that it saw first.
extension InviteUsage {
  enum IdentityNews: Hashable, Sendable {
    /// Who was reached, also when that is who was called (section 4.2).
    case announcement
    /// Somebody else, or another address of ours (section 4.3).
    case change
  }

  /// The called side says who it is: after its 2xx, or in an early dialog after a PRACK.
  mutating func announceIdentity(_ step: inout SessionStep) {
    guard !isCaller, !hasAnnounced else { return }
    isAnnouncementDue = true
    if ownAddress == nil { ownAddress = identity.presented }
    want(.identity(.announcement), &step)
  }

  var peerAcceptsFromChange: Bool { currentIndex.map { dialogs[$0].acceptsFromChange } ?? false }

  /// From now on we are somebody else.
  mutating func changeIdentity(to address: NameAddress, _ step: inout SessionStep) {
    identity.alias = address
    guard ownAddress?.uri != address.uri || ownAddress?.displayName != address.displayName else { return }
    ownAddress = address
    want(.identity(.change), &step)
  }

  /// A change says more than an announcement.
  mutating func tell(_ news: IdentityNews) {
    if identityNews != .change { identityNews = news }
  }

  /// Every request bears the new address, not only the one that was made for it (section 4.4.1).
  mutating func applyIdentity(in index: Int) {
    guard let ownAddress, dialogs[index].acceptsFromChange else { return }
    dialogs[index].dialog.changeLocalAddress(to: ownAddress)
  }

  /// A re-INVITE or UPDATE left, and From told the peer what there was to tell.
  mutating func identityLeft(by method: Method, in index: Int) {
    guard ownAddress != nil, dialogs[index].acceptsFromChange else { return }
    if method == .update { hasAnnounced = true }
    switch identityNews {
    // "the UA MUST issue an UPDATE request": a re-INVITE is not enough here.
    case .announcement where method == .update: identityNews = nil
    // "MUST use the UPDATE method unless for other reasons the re-INVITE method is being used at the same time."
    case .change: identityNews = isAnnouncementDue && !hasAnnounced ? .announcement : nil
    case .announcement, nil: break
    }
  }

  mutating func pursueIdentity(_ step: inout SessionStep) {
    guard !isOver, let news = identityNews, outgoing == nil, retryAt == nil, acceptances.isEmpty, incoming.isEmpty,
      let index = currentIndex, dialogs[index].acceptsFromChange
    else { return }
    let current = dialogs[index]
    let mayUpdate = !current.refusesUpdate && (current.peerMethods.isEmpty || current.peerMethods.contains(.update))
    switch phase {
    case .confirmed:
      if mayUpdate {
        startChange(.identity(news), .update, body: nil, in: index, &step)
      } else if news == .change, current.offers.mayOffer, let local = current.offers.local {
        startChange(.identity(news), .invite, body: local, in: index, &step)
      } else if news == .announcement {
        // It claims RFC 4916 and cannot be sent an UPDATE; our next request tells it.
        identityNews = nil
      }
    case .ringing(let ringing):
      // "subject to having sent a reliable provisional response … and having received and responded to a PRACK request"
      guard mayUpdate, news == .announcement, ringing.hasBeenAcknowledged, ringing.reliable.isIdle, ringing.heldAccept == nil else {
        return
      }
      startChange(.identity(news), .update, body: nil, in: index, &step)
    case .calling, .redirected, .ending, .finished:
      break
    }
  }
}
