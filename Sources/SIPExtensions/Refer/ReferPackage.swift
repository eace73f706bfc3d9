public import SIPMessages
public import SIPUserAgent

/// The event package of REFER (RFC 3515 section 3): how the request stands that the REFER asked for.
public enum ReferPackage: EventPackage {
  /// The status line that a NOTIFY's `message/sipfrag` begins with.
  public struct State: Hashable, Sendable {
    public var status: StatusCode
    public var reason: String

    public init(_ status: StatusCode, reason: String? = nil) {
      self.status = status
      self.reason = reason ?? status.defaultReason
    }
  }

  public static var name: String { "refer" }
  /// Longer than a call rings and a person thinks about it.
  public static var defaultDuration: Duration { .seconds(300) }
  /// RFC 3515 section 3.10: "SHOULD NOT be sent more frequently than once per second".
  public static var leastInterval: Duration { .seconds(1) }
  public static var contentTypes: [ContentType] { [.sipfrag] }

  /// The status line and nothing else: the response itself may hold more than the referrer should know (section 5.2 of RFC 3515).
  public static func body(of state: State) -> Body? {
    Body(contentType: .sipfrag, bytes: Sipfrag(status: state.status, reason: state.reason).serialized())
  }

  public static func state(in body: Body) -> State? {
    guard body.contentType.isSameType(as: .sipfrag) else { return nil }
    let fragment = Sipfrag(body.bytes)
    return fragment.status.map { State($0, reason: fragment.reason) }
  }
}
