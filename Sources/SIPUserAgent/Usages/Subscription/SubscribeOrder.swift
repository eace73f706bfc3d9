public import SIPMessages

/// A subscription of ours that SUBSCRIBE makes (RFC 6665 section 4.1.2).
public struct SubscribeOrder: Hashable, Sendable {
  /// Who subscribes, and by which way.
  public var identity: LocalIdentity
  /// What is subscribed to: the Request-URI.
  public var target: URI
  /// The package, and an id where one dialog holds several of one package.
  public var event: Event
  /// What a NOTIFY may carry; empty leaves it to the package's default.
  public var accepts: [ContentType]
  /// Asked for; the notifier may make it shorter.
  public var duration: Duration

  public init(identity: LocalIdentity, target: URI, event: Event, accepts: [ContentType], duration: Duration) {
    self.identity = identity
    self.target = target
    self.event = event
    self.accepts = accepts
    self.duration = duration
  }
}
