/// How we know who somebody is, the weakest first.
public enum IdentityTrust: Int, Hashable, Sendable, Comparable, CaseIterable {
  /// The other side says so, and nobody else.
  case saidByPeer
  /// The provider says so, over the flow on which it knows us (RFC 3325).
  case saidByProvider
  /// This phone has checked it.
  case checkedHere

  public static func < (left: IdentityTrust, right: IdentityTrust) -> Bool { left.rawValue < right.rawValue }

  /// For sentences: `said by the caller only`.
  public var words: String {
    switch self {
    case .saidByPeer: "said by the caller only"
    case .saidByProvider: "said by your provider"
    case .checkedHere: "checked by this phone"
    }
  }
}
