public import SIPMessages
public import SIPUserAgent

/// The event package of registrations (RFC 3680 section 4), as its subscriber needs it.
public enum RegistrationPackage: EventPackage {
  public static var name: String { "reg" }
  /// Section 4.4: a little longer than a registration, so that the two are not renewed together.
  public static var defaultDuration: Duration { .seconds(3761) }
  /// Section 4.10.
  public static var leastInterval: Duration { .seconds(5) }
  public static var contentTypes: [ContentType] { [ContentType("application", "reginfo+xml")] }

  /// This phone tells nobody about registrations.
  public static func body(of state: RegistrationInformation) -> Body? { nil }

  public static func state(in body: Body) -> RegistrationInformation? {
    guard contentTypes.contains(where: { body.contentType.isSameType(as: $0) }) else { return nil }
    return RegistrationInformation(body.bytes)
  }
}
