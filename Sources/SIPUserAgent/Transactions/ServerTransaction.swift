internal import SIPMessages
internal import SansIO

/// A peer's request, the machine that answers its retransmissions, and the way back.
struct ServerTransaction: Sendable {
  enum Machine: Sendable {
    case invite(InviteServerTransaction)
    case nonInvite(NonInviteServerTransaction)
  }

  let key: ServerTransactionKey
  let method: Method
  /// The topmost Via as stamped on arrival.
  let via: Via
  let from: ReceivedFrom
  /// The way of the responses: the flow of the request, with RFC 3581's or the Via's own port for datagrams.
  var replyFlow: FlowReference
  var machine: Machine
  /// Kept until the first response, for the 100 that the machine may have to send.
  var request: Request?
  var lastResponse: [UInt8] = []
  /// The To tag that the 200 to a CANCEL had, when no response of ours had one before; nil otherwise.
  var cancelTag: String?
  /// The To tag of our responses, once there is one.
  var toTag: String?

  @inline(__always)
  var nextDeadline: Instant? {
    switch machine {
    case .invite(let machine): machine.nextDeadline
    case .nonInvite(let machine): machine.nextDeadline
    }
  }

  @inline(__always)
  var isUndecided: Bool {
    switch machine {
    case .invite(let machine): machine.isUndecided
    case .nonInvite(let machine): machine.isUndecided
    }
  }

  @inline(__always)
  func accepts(_ status: StatusCode) -> Bool {
    switch machine {
    case .invite(let machine): machine.accepts(status)
    case .nonInvite(let machine): machine.accepts(status)
    }
  }

  /// Feeds the machine of an INVITE or of another request; both speak through the INVITE's outputs.
  private mutating func step(
    invite: (inout InviteServerTransaction, inout [InviteServerTransaction.Output]) -> Void,
    nonInvite: (inout NonInviteServerTransaction, inout [NonInviteServerTransaction.Output]) -> Void
  ) -> [InviteServerTransaction.Output] {
    switch machine {
    case .invite(var inner):
      var steps: [InviteServerTransaction.Output] = []
      invite(&inner, &steps)
      machine = .invite(inner)
      return steps
    case .nonInvite(var inner):
      var steps: [NonInviteServerTransaction.Output] = []
      nonInvite(&inner, &steps)
      machine = .nonInvite(inner)
      return steps.map { step in
        switch step {
        case .sendTrying: .sendTrying
        case .transmit: .transmit
        case .undeliverable: .undeliverable
        case .ended(let ending): .ended(ending)
        }
      }
    }
  }

  mutating func send(_ status: StatusCode, now: Instant) -> [InviteServerTransaction.Output] {
    step(
      invite: { $0.send(status, now: now, into: &$1) },
      nonInvite: { $0.send(status, now: now, into: &$1) })
  }

  mutating func receiveRetransmission() -> [InviteServerTransaction.Output] {
    step(
      invite: { $0.receiveRetransmission(into: &$1) },
      nonInvite: { $0.receiveRetransmission(into: &$1) })
  }

  mutating func receiveAcknowledgement(now: Instant) -> [InviteServerTransaction.Output] {
    step(
      invite: { $0.receiveAcknowledgement(now: now, into: &$1) },
      nonInvite: { _, _ in })
  }

  mutating func deadlineReached(now: Instant) -> [InviteServerTransaction.Output] {
    step(
      invite: { $0.deadlineReached(now: now, into: &$1) },
      nonInvite: { $0.deadlineReached(now: now, into: &$1) })
  }

  mutating func transportFailed() -> [InviteServerTransaction.Output] {
    step(
      invite: { $0.transportFailed(into: &$1) },
      nonInvite: { $0.transportFailed(into: &$1) })
  }
}
