public import SansIO

/// What became of looking at a caller's signature (RFC 8224), for the eye.
public struct CallerVerification: Hashable, Sendable {
  public enum State: String, Hashable, Sendable {
    /// The certificate is being fetched; the call rings meanwhile.
    case checking
    case good
    case failed
  }

  /// How well the signer knows the caller (RFC 8588 section 4).
  public enum Attestation: String, Hashable, Sendable {
    case full = "A"
    case partial = "B"
    case gateway = "C"

    public var words: String {
      switch self {
      case .full: "attestation A (full: the signer knows the caller and its number)"
      case .partial: "attestation B (partial: the signer knows the caller, not its number)"
      case .gateway: "attestation C (gateway: the signer only passed it on)"
      }
    }
  }

  /// What the certificate of a TLS connection names (RFC 5922).
  public enum Certified: String, Hashable, Sendable {
    case address
    /// Whoever has it speaks for all addresses of the domain.
    case domain
  }

  public var state: State
  /// nil for a signature.
  public var certified: Certified?
  /// Who signed, as the certificate names it.
  public var signer: String?
  public var attestation: Attestation?
  /// When it was signed.
  public var signedAt: WallTime?
  /// Why it does not hold, in words.
  public var fault: String?
  /// Whom the call was meant for before, as signed (RFC 8946), first one first.
  public var diverted: [String]

  public init(
    state: State, signer: String? = nil, attestation: Attestation? = nil, signedAt: WallTime? = nil, fault: String? = nil,
    diverted: [String] = [], certified: Certified? = nil
  ) {
    self.state = state
    self.signer = signer
    self.attestation = attestation
    self.signedAt = signedAt
    self.fault = fault
    self.diverted = diverted
    self.certified = certified
  }

  public var words: String {
    switch state {
    case .checking: "the signature is being checked"
    case .good where certified != nil:
      certified == .address ? "their TLS certificate names them" : "their TLS certificate names their domain"
    case .good: "signed by \(signer ?? "?")" + (attestation.map { ", attestation \($0.rawValue)" } ?? "")
    case .failed: fault ?? "the signature does not hold"
    }
  }
}
