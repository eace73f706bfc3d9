/// What others are told about who is there, and whose signatures are believed.
public struct IdentityConfiguration: Hashable, Sendable {
  /// A peer that knows RFC 4916 is told who was reached and when that changes. False: this phone does as if it had never heard of
  /// it.
  public var tellsConnected = true

  public init() {}
}
