import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO

/// Somebody in a call asks us to call somebody else instead, and the user has not decided yet.
struct TransferQuestion: Sendable {
  let id: ReferralID
  let call: CallID
  /// The account's number.
  let account: Int
  /// Who asks, and to whom.
  let by: String
  let target: URI
  let peer: PeerSnapshot
  /// For the INVITE: Referred-By, Replaces.
  let fields: HeaderFields
  /// Nobody has answered until now: that is a no.
  let until: Instant

  var snapshot: TransferQuestionSnapshot {
    TransferQuestionSnapshot(call: call, by: by, name: peer.name, target: peer.uri)
  }
}

/// A call that is made because somebody referred us, and whose fate that one waits to hear.
struct ReferredBack: Sendable {
  let id: ReferralID
  /// The call that it takes the place of.
  let from: CallID
}

/// We send the other side of a call to somebody else.
struct OutgoingTransfer: Sendable {
  enum Stage: Hashable, Sendable {
    /// The other side goes on hold first, so that the hold and the REFER cannot overtake each other.
    case holding
    case ordered(RequestID)
    /// The other side took the order.
    case accepted(RequestID)
  }

  var stage = Stage.holding
  let target: NameAddress
  let peer: PeerSnapshot
  /// The call whose other end takes over; nil when nobody was asked before.
  let other: CallID?
  /// The calls that were talked to when it began, to go back to when it fails.
  let talked: CallID?

  var request: RequestID? {
    switch stage {
    case .holding: nil
    case .ordered(let id), .accepted(let id): id
    }
  }

  var isAccepted: Bool {
    if case .accepted = stage { true } else { false }
  }
}
