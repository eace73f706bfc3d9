/// What a verification service demands, and whom it trusts.
public struct VerificationPolicy: Hashable, Sendable {
  public enum Refusal: Hashable, Sendable {
    /// No call is refused for its signature, or for the want of one.
    case never
    /// A signature that is there must hold.
    case whenInvalid
    /// There must be one, and it must hold.
    case always
  }

  /// Trusted certificates as PEM. Empty: nothing is verified.
  public var anchors: [UInt8]
  /// How old a signature may be, and how far in the future, in seconds (RFC 8224 section 4.1 recommends 60).
  public var freshness: Int64
  public var refusal: Refusal

  public init(anchors: [UInt8] = [], freshness: Int64 = 60, refusal: Refusal = .never) {
    self.anchors = anchors
    self.freshness = max(freshness, 1)
    self.refusal = refusal
  }
}
