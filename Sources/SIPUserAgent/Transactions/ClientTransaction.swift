internal import SIPMessages
internal import SansIO

/// A request of ours: where it may go, where it is now, and the machine that waits for the answer.
struct ClientTransaction: Sendable {
  enum Purpose: Hashable, Sendable {
    /// The transaction user waits for the outcome.
    case ordinary
    /// An ACK to a 2xx: it is located and sent, and there is no transaction (RFC 3261 section 13.2.2.4).
    case bare
    /// Our own CANCEL, whose outcome interests nobody.
    case cancel
    /// The rest of an attempt that was answered with 503: it still absorbs and acknowledges retransmissions.
    case leftover
  }

  enum Phase: Sendable {
    /// Behind another request of its dialog; not nil since that one left. If `isRenewed`, for another server than its last one.
    case queued(since: Instant?, isRenewed: Bool)
    /// An attempt was in vain, and its author has yet to say whether there is another.
    case lost
    case locating
    /// A connection is being opened.
    case connecting(FlowID, until: Instant)
    case invite(InviteClientTransaction)
    case nonInvite(NonInviteClientTransaction)
  }

  enum Cancellation: Hashable, Sendable {
    case none
    /// Waiting for the provisional response that allows it (section 9.1).
    case wanted(Reason?)
    case sent
  }

  /// What was put on the wire by the present attempt.
  struct Sent: Sendable {
    var request: Request
    var via: Via
    var key: ClientTransactionKey
    var wire: [UInt8]
    var flow: FlowReference
    var count = 0
  }

  /// As the transaction user gave it, without our Via.
  var request: Request
  let hop: NextHop
  var purpose: Purpose
  var phase = Phase.locating
  var locator: ServerLocator
  /// The server being tried; nil while `hop.flow` is used.
  var destination: Destination?
  /// The destination is a UDP one, tried over TCP because the request is large (section 18.1.1).
  var isSwitchedToTCP = false
  var sent: Sent?
  /// The direction of its dialog, while it is among those that are not on the wire yet; else nil.
  var side: TransactionLayer.DialogSide?
  var cancellation = Cancellation.none
  /// What the network said of the way that the present attempt takes; nil as long as it said nothing.
  var transportFault: ClientFailure?
  /// What became of the last attempt; reported when there is no further one.
  var lastFailure: ClientFailure?
  /// The 503 of the last attempt, in whose place nothing better came.
  var lastRefusal: (response: Response, from: ReceivedFrom)?

  init(request: Request, hop: NextHop, purpose: Purpose, locator: ServerLocator) {
    self.request = request
    self.hop = hop
    self.purpose = purpose
    self.locator = locator
  }

  @inline(__always)
  var nextDeadline: Instant? {
    switch phase {
    case .queued(let since, isRenewed: _): since
    case .lost, .locating: nil
    case .connecting(_, let until): until
    case .invite(let machine): machine.nextDeadline
    case .nonInvite(let machine): machine.nextDeadline
    }
  }

  /// A 503 may send the request to the next server: somebody waits for it, and there is a next one.
  @inline(__always)
  var mayFailOver: Bool {
    purpose == .ordinary && isUndecided && destination != nil && locator.hasMore && cancellation == .none
  }

  /// True while a final response may still decide the outcome.
  @inline(__always)
  var isUndecided: Bool {
    switch phase {
    case .queued, .lost, .locating, .connecting: true
    case .invite(let machine): machine.isUndecided
    case .nonInvite(let machine): machine.isUndecided
    }
  }

  /// Gives up the present attempt: the connection that it waits for, if any, and what it put on the wire.
  mutating func leaveServer() -> (awaited: FlowID?, sent: (key: ClientTransactionKey, flow: FlowReference)?) {
    let left = sent.map { (key: $0.key, flow: $0.flow) }
    sent = nil
    if case .connecting(let flow, until: _) = phase { return (flow, left) }
    return (nil, left)
  }

  /// Feeds the machine of an INVITE or of another request, whichever this is; both speak through the INVITE's outputs, of which the
  /// other knows fewer.
  mutating func step(
    invite: (inout InviteClientTransaction, inout [InviteClientTransaction.Output]) -> Void,
    nonInvite: (inout NonInviteClientTransaction, inout [NonInviteClientTransaction.Output]) -> Void
  ) -> [InviteClientTransaction.Output] {
    switch phase {
    case .queued, .lost, .locating, .connecting:
      return []
    case .invite(var machine):
      var steps: [InviteClientTransaction.Output] = []
      invite(&machine, &steps)
      phase = .invite(machine)
      return steps
    case .nonInvite(var machine):
      var steps: [NonInviteClientTransaction.Output] = []
      nonInvite(&machine, &steps)
      phase = .nonInvite(machine)
      return steps.map { step in
        switch step {
        case .transmit: .transmit
        case .deliver(let response): .deliver(response)
        case .ended(let ending): .ended(ending)
        }
      }
    }
  }

  mutating func receive(_ response: Response, now: Instant) -> [InviteClientTransaction.Output] {
    step(
      invite: { $0.receive(response, now: now, into: &$1) },
      nonInvite: { $0.receive(response, now: now, into: &$1) })
  }

  mutating func deadlineReached(now: Instant) -> [InviteClientTransaction.Output] {
    step(
      invite: { $0.deadlineReached(now: now, into: &$1) },
      nonInvite: { $0.deadlineReached(now: now, into: &$1) })
  }

  mutating func transportFailed() -> [InviteClientTransaction.Output] {
    step(
      invite: { $0.transportFailed(into: &$1) },
      nonInvite: { $0.transportFailed(into: &$1) })
  }
}
