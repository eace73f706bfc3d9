internal import SIPMessages
internal import SansIO

/// Requests of a dialog leave in the order in which they were given.
///
/// Their numbers rise (RFC 3261 section 12.2.1.1), and a peer refuses a number below one that it knows with 500 (section 12.2.2).
/// A large re-INVITE waits for a TCP connection; what was given after it, and could go by UDP at once, waits behind it.
extension TransactionLayer {
  /// One direction of a dialog.
  struct DialogSide: Hashable, Sendable {
    var callID: String
    var localTag: String
    var remoteTag: String

    /// nil for what begins a dialog, and for ACK and CANCEL, which repeat the number of their INVITE.
    init?(_ request: Request) {
      guard request.method != .ack, request.method != .cancel, let remoteTag = request.to?.tag, let localTag = request.from?.tag,
        let callID = request.callID
      else { return nil }
      self.callID = callID
      self.localTag = localTag
      self.remoteTag = remoteTag
    }
  }

  /// True when another request of the dialog is not on the wire yet; this one then follows by itself.
  mutating func queue(_ id: ClientTransactionID) -> Bool {
    guard !unsent.isEmpty, let request = clients[id]?.request, let side = DialogSide(request), let others = unsent[side],
      others.contains(where: { $0 != id })
    else { return false }
    unsent[side]?.append(id)
    clients[id]?.side = side
    let isRenewed = if case .lost = clients[id]?.phase { true } else { false }
    clients[id]?.phase = .queued(since: nil, isRenewed: isRenewed)
    return true
  }

  /// The request has a name to look up or a connection to wait for: those that are given later wait until it is on its way.
  mutating func holdOthers(behind id: ClientTransactionID) {
    switch clients[id]?.phase {
    case .locating, .connecting: break
    case .queued, .lost, .invite, .nonInvite, nil: return
    }
    guard clients[id]?.side == nil, let request = clients[id]?.request, let side = DialogSide(request) else { return }
    clients[id]?.side = side
    // One that is sent again because its server failed is older than all that wait.
    unsent[side, default: []].insert(id, at: 0)
  }

  /// The request left, or never will: the next one may.
  mutating func letOthersPass(_ id: ClientTransactionID) {
    guard let side = clients[id]?.side else { return }
    clients[id]?.side = nil
    unsent[side]?.removeAll { $0 == id }
    guard let next = unsent[side]?.first else {
      unsent[side] = nil
      return
    }
    guard case .queued(since: _, let isRenewed) = clients[next]?.phase else { return }
    clients[next]?.phase = .queued(since: present, isRenewed: isRenewed)
    deadlines.schedule(.client(next), at: present)
  }
}
