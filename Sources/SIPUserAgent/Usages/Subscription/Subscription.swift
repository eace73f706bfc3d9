import SIPMessages
import SansIO

/// One subscription in its place: which dialog it lives in, and which end of it we are.
///
/// A dialog may be shared with a session (RFC 5057). When the session goes first, the subscription takes the dialog over.
struct Subscription: Sendable {
  enum Role: Sendable {
    case notifier(Notifier)
    case subscriber(Subscriber)
  }

  enum Place: Sendable {
    case session(SessionID, DialogID)
    /// With the account that its requests come from.
    case own(Dialog, LocalIdentity)
    /// SUBSCRIBE has left with this Call-ID, From tag and CSeq; the first NOTIFY makes the dialog.
    case forming(DialogID, sequence: UInt32, LocalIdentity)
  }

  let package: String
  /// The `id` parameter of Event; nil for none.
  var eventID: String?
  var role: Role
  var place: Place
  /// How SUBSCRIBE made it; nil for all others.
  var order: SubscribeOrder?
  /// The notifier has said once that it wants no shorter ones (423).
  var wasTooBrief = false

  var dialogID: DialogID {
    switch place {
    case .session(_, let id): id
    case .own(let dialog, _): dialog.id
    case .forming(let id, _, _): id
    }
  }

  var isNotifier: Bool {
    if case .notifier = role { true } else { false }
  }

  var isFinished: Bool {
    switch role {
    case .notifier(let notifier): notifier.isFinished
    case .subscriber(let subscriber): subscriber.isFinished
    }
  }

  var deadline: Instant? {
    switch role {
    case .notifier(let notifier): notifier.deadline
    case .subscriber(let subscriber): subscriber.deadline
    }
  }

  var event: Event {
    Event(package, parameters: Parameters(eventID.map { [("id", $0)] } ?? []))
  }

  /// The NOTIFY may be the first one, which makes the dialog: whoever sends it is not known before (section 4.1.2.4).
  func mayBeMade(by localTag: String, _ callID: String, _ event: Event) -> Bool {
    guard case .forming(let id, _, _) = place else { return false }
    return id.localTag == localTag && id.callID == callID && matches(event)
  }

  /// Section 8.2.1: package and id together name a subscription within a dialog.
  func matches(_ event: Event) -> Bool {
    package.lowercased() == event.package.lowercased() && eventID == event.id
  }
}
