public import SIPMessages

/// An event package: what a subscription is about and how its state travels (RFC 6665 section 5.4 lists the duties).
///
/// An extension that serves a package names it in `UserAgentExtension.eventPackages`, accepts subscriptions with
/// `ExtensionContext.acceptSubscription`, and makes the bodies of its notifications with this.
public protocol EventPackage: Sendable {
  associatedtype State: Sendable

  /// What stands in Event and Allow-Events: `refer`, `dialog`.
  static var name: String { get }
  /// How long a subscription lasts when nobody says more.
  static var defaultDuration: Duration { get }
  /// The shortest time between two notifications of one subscription; states that change faster are left out, the newest counts.
  static var leastInterval: Duration { get }
  /// What a NOTIFY may carry, for Accept.
  static var contentTypes: [ContentType] { get }

  /// The body of a NOTIFY; nil for none.
  static func body(of state: State) -> Body?
  /// What a NOTIFY's body says; nil when it says nothing that this package knows.
  static func state(in body: Body) -> State?
}

extension EventPackage {
  public static var leastInterval: Duration { .zero }
}
