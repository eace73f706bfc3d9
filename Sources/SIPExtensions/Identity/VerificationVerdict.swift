public import SIPMessages

/// What came of looking at the Identity header fields of one message.
public struct VerificationVerdict: Hashable, Sendable {
  public enum Attestation: String, Hashable, Sendable { case full = "A", partial = "B", gateway = "C" }

  public enum Fault: Hashable, Sendable {
    /// 436: the certificate could not be had.
    case noCredential(String)
    /// 437: it is none that we take.
    case unsupportedCredential(String)
    /// 438.
    case invalid(String)
    /// 403 "Stale Date".
    case stale(String)

    public var words: String {
      switch self {
      case .noCredential(let words), .unsupportedCredential(let words), .invalid(let words), .stale(let words): words
      }
    }

    public var status: (StatusCode, String?) {
      switch self {
      case .noCredential: (.badIdentityInfo, nil)
      case .unsupportedCredential: (.unsupportedCredential, nil)
      case .invalid: (.invalidIdentityHeader, nil)
      case .stale: (.forbidden, "Stale Date")
      }
    }
  }

  /// The address that was proved, as From or P-Asserted-Identity has it; nil when nothing was.
  public var proved: URI?
  /// Why nothing was proved; nil when something was.
  public var fault: Fault?
  public var signer: String?
  public var attestation: Attestation?
  public var issuedAt: Int64?
  /// Whom the call was for before, as signed by those who sent it on (RFC 8946), the first one first.
  public var diverted: [String] = []

  /// What is wrong with each field that does not hold, also beside one that does (RFC 9410 section 5).
  public var complaints: [Complaint] = []

  /// One Identity header field, by its signature, and what is wrong with it.
  public struct Complaint: Hashable, Sendable {
    /// The signature with two dots before it: the compact form of the token.
    public var token: String
    public var fault: Fault
  }

  public init(proved: URI? = nil, fault: Fault? = nil) {
    self.proved = proved
    self.fault = fault
  }
}
