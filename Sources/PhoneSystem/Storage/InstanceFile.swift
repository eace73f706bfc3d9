import Glibc
import SIPUserAgent

/// The instance-id of this installation (RFC 5626 section 4.1): made once, kept beside the history, never in the configuration,
/// which people copy from machine to machine.
public struct InstanceFile: Sendable {
  private static let longestText = 256

  private let path: String

  public init(path: String) {
    self.path = path
  }

  /// What was kept; made and kept now when there was nothing that can be used. When it cannot be kept it is another one next time.
  ///
  /// Two phones that run at once, such as the screens and `offhook dial`, must not have the same one: a registrar would take the
  /// binding of the second in place of the first one's (RFC 5626 section 6), which would look registered and not ring. While one
  /// holds what was kept, every other has one for the time that it runs.
  public func lease() -> InstanceLease {
    let fresh = Self.make()
    for isMade in [false, true] {
      let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
      if file >= 0 {
        // Where a file system knows no locks there is nobody to ask.
        if flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
          close(file)
          return InstanceLease(fresh, isAlone: false)
        }
        if let known = load(file), OutboundSettings.isInstance(known) { return InstanceLease(known, file: file) }
        close(file)
      }
      if !isMade { save(fresh) }
    }
    return InstanceLease(fresh)
  }

  private static func make() -> String {
    var random = SystemRandom()
    let octets = [random.next(), random.next()].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    return OutboundSettings.makeInstance(from: octets)
  }

  private func load(_ file: Int32) -> String? {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.longestText) { buffer, count in
      count = unsafe max(0, read(file, buffer.baseAddress, buffer.count))
    }
    return String(decoding: bytes.prefix { $0 > 32 }, as: UTF8.self)
  }

  private func save(_ text: String) {
    StandardPaths.makeFolder(StandardPaths.folder(of: path))
    let draft = path + ".new"
    let file = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    let bytes = Array((text + "\n").utf8)
    let count = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, bytes.count) }
    let isComplete = count == bytes.count && fsync(file) == 0
    close(file)
    if !isComplete { unsafe unlink(draft) } else { unsafe rename(draft, path) }
  }
}

/// An instance-id that no other phone of this installation has as long as this lives.
public final class InstanceLease: Sendable {
  /// `urn:uuid:…`, as `+sip.instance` holds it between angle brackets.
  public let instance: String
  /// False when another phone of this installation ran when this one began.
  public let isAlone: Bool
  /// The locked file; -1 for an id that is nobody else's anyway.
  private let file: Int32

  fileprivate init(_ instance: String, file: Int32 = -1, isAlone: Bool = true) {
    self.instance = instance
    self.file = file
    self.isAlone = isAlone
  }

  deinit {
    if file >= 0 { close(file) }
  }
}
