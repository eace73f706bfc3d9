import CCrypto
public import SIPExtensions

/// The hash functions of digest authentication, computed by the system's libcrypto.
///
/// It only computes: no clock, no randomness, no files.
public struct OpenSSLDigests: Digests {
  public init() {}

  public func md5(_ bytes: [UInt8]) -> [UInt8] { hash(bytes, offhook_digest_md5, length: 16) }

  public func sha256(_ bytes: [UInt8]) -> [UInt8] { hash(bytes, offhook_digest_sha256, length: 32) }

  public func sha512_256(_ bytes: [UInt8]) -> [UInt8] { hash(bytes, offhook_digest_sha512_256, length: 32) }

  private func hash(_ bytes: [UInt8], _ algorithm: offhook_digest_algorithm, length: Int) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: length)
    let written = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { room in
        unsafe offhook_digest(algorithm, input.baseAddress, input.count, room.baseAddress, room.count)
      }
    }
    return written == length ? output : []
  }
}
