public import SIPMessages
public import SansIO

public enum SubscriptionKind {}
/// One subscription, at either end.
public typealias SubscriptionID = Identifier<SubscriptionKind>

/// What happens to a subscription, for the extension that serves its package.
public enum SubscriptionEvent: Hashable, Sendable {
  /// A NOTIFY came; it has been answered. The body is nil when there was none.
  case notified(Body?)
  case ended(SubscriptionEnding)
}

/// Why a subscription is over.
public enum SubscriptionEnding: Hashable, Sendable {
  /// The notifier ended it, with the `reason` of its Subscription-State when it gave one, and the seconds after which one
  /// may subscribe again.
  case byNotifier(reason: String?, retryAfter: UInt32? = nil)
  /// The subscriber ended it.
  case bySubscriber
  /// The time ran out.
  case expired
  /// No NOTIFY came within 64*T1 (timer N, RFC 6665 section 4.1.2.4).
  case silent
  /// The request that should have made it, or a NOTIFY, was refused or never answered.
  case failed(StatusCode)
}
