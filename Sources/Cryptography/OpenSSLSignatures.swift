import CCrypto
public import SIPExtensions

/// The cryptography of signed identity, by the system's libcrypto: the library that digest authentication uses already.
///
/// It only computes: no clock, no randomness (the nonces of its signatures are those of RFC 6979), no files.
public struct OpenSSLSignatures: Signatures {
  public init() {}

  public func examine(_ chain: [UInt8], anchors: [UInt8], at time: Int64) -> Result<SigningCertificate, CertificateFault> {
    var found = offhook_certificate()
    let fault = unsafe offhook_certificate_examine(chain, chain.count, anchors, anchors.count, time, &found)
    switch fault {
    case offhook_certificate_good: break
    case offhook_certificate_wrong_key: return .failure(.wrongKey)
    case offhook_certificate_untrusted: return .failure(.untrusted)
    case offhook_certificate_expired: return .failure(.expired)
    case offhook_certificate_not_yet_valid: return .failure(.notYetValid)
    default: return .failure(.unreadable)
    }
    func part(_ bytes: UnsafeRawBufferPointer, _ length: Int) -> [UInt8]? {
      length > 0 && length <= bytes.count ? unsafe Array(bytes.prefix(length)) : nil
    }
    func text(_ bytes: UnsafeRawBufferPointer) -> String { unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    let key = unsafe withUnsafeBytes(of: &found.public_key) { unsafe Array($0) }
    let subject = unsafe withUnsafeBytes(of: &found.subject) { unsafe text($0) }
    let domains = unsafe withUnsafeBytes(of: &found.domains) { unsafe text($0) }
    let (numbersLength, constraintsLength, enhancedLength) = (
      found.numbers_length, found.constraints_length, found.enhanced_length
    )
    let numbers = unsafe withUnsafeBytes(of: &found.numbers) { unsafe part($0, numbersLength) }
    let constraints = unsafe withUnsafeBytes(of: &found.constraints) { unsafe part($0, constraintsLength) }
    let enhanced = unsafe withUnsafeBytes(of: &found.enhanced) { unsafe part($0, enhancedLength) }
    var issuerNumbers: [[UInt8]] = []
    let lengths = unsafe withUnsafeBytes(of: &found.issuer_lengths) { unsafe Array($0.bindMemory(to: Int.self)) }
    unsafe withUnsafeBytes(of: &found.issuer_numbers) { bytes in
      var start = 0
      for length in lengths where length > 0 && start + length <= bytes.count {
        issuerNumbers.append(unsafe Array(bytes[start..<(start + length)]))
        start += length
      }
    }
    var certificate =
      SigningCertificate(
        publicKey: key, subject: subject, domains: domains.split(separator: "\n").map { $0.lowercased() },
        notBefore: found.not_before, notAfter: found.not_after, telephoneNumbers: numbers, constraints: constraints,
        enhancedConstraints: enhanced)
    certificate.issuerNumbers = issuerNumbers
    return .success(certificate)
  }

  public func verify(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
    guard signature.count == 64, publicKey.count == 65 else { return false }
    return unsafe offhook_es256_verify(publicKey, message, message.count, signature) == 1
  }

  public func sign(_ message: [UInt8], privateKey: [UInt8]) -> [UInt8]? {
    guard let number = privateKey.count == 32 ? privateKey : readPrivateKey(privateKey) else { return nil }
    var signature = [UInt8](repeating: 0, count: 64)
    let isSigned = unsafe offhook_es256_sign(number, message, message.count, &signature)
    return isSigned == 1 ? signature : nil
  }

  public func readPrivateKey(_ text: [UInt8]) -> [UInt8]? {
    var number = [UInt8](repeating: 0, count: 32)
    return unsafe offhook_es256_read_key(text, text.count, &number) == 1 ? number : nil
  }
}
