import NIOSSL
import SansIO

/// Why TLS does not work, in a sentence for a person.
struct TLSProblem: Error, Hashable {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  /// Finds words for a failed handshake. BoringSSL says no more than "certificate verify failed"; what is wrong with the
  /// certificate is read from the certificate itself.
  init(handshake error: any Error, certificate: PeerCertificate?, pin: [UInt8]?, now: WallTime) {
    let stack = "\(error)"
    if let certificate, let pin, certificate.fingerprint != pin {
      text =
        "the certificate of \(certificate.subject) is not the pinned one; its fingerprint is \(Self.hexadecimal(certificate.fingerprint))"
    } else if stack.contains("CERTIFICATE_VERIFY_FAILED"), let certificate {
      text = Self.refusal(of: certificate, now: now)
    } else if stack.contains("CERTIFICATE_REQUIRED") || stack.contains("BAD_CERTIFICATE") {
      text = "the server wants a certificate from us, or does not accept ours"
    } else if stack.contains("WRONG_VERSION_NUMBER") || stack.contains("UNSUPPORTED_PROTOCOL") || stack.contains("PROTOCOL_VERSION")
    {
      text = "the server does not speak TLS 1.2 or later on this port"
    } else if stack.contains("uncleanShutdown") || stack.contains("EOF during handshake") {
      text = "the server closed the connection during the TLS handshake"
    } else {
      text = "the TLS handshake failed: \(error)"
    }
  }

  private static func refusal(of certificate: PeerCertificate, now: WallTime) -> String {
    let seconds = now.secondsSince1970
    if certificate.notAfter < seconds {
      return "the certificate of \(certificate.subject) expired \(span(seconds - certificate.notAfter)) ago"
    }
    if certificate.notBefore > seconds {
      return
        "the certificate of \(certificate.subject) is not valid before another \(span(certificate.notBefore - seconds)); is this clock right?"
    }
    if certificate.isSelfIssued {
      return "the certificate of \(certificate.subject) is signed by itself, not by an authority that this machine knows"
    }
    return
      "the certificate of \(certificate.subject) is not signed by an authority that this machine knows (issuer: \(certificate.issuer))"
  }

  /// `3 days`, `1 hour`, the largest unit that fits.
  static func span(_ seconds: Int64) -> String {
    let (count, unit) =
      seconds >= 86_400
      ? (seconds / 86_400, "day") : seconds >= 3_600 ? (seconds / 3_600, "hour") : (max(seconds / 60, 1), "minute")
    return "\(count) \(unit)\(count == 1 ? "" : "s")"
  }

  static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
  }
}
