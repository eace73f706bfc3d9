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
  }

  let package: String
  /// The `id` parameter of Event; nil for none.
  var eventID: String?
  var role: Role
  var place: Place

  var dialogID: DialogID {
    switch place {
    case .session(_, let id): id
    case .own(let dialog, _): dialog.id
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

  /// Section 8.2.1: package and id together name a subscription within a dialog.
  func matches(_ event: Event) -> Bool {
    package.lowercased() == event.package.lowercased() && eventID == event.id
  }
}
