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
  public func instance() -> String {
    if let known = load(), OutboundSettings.isInstance(known) { return known }
    var random = SystemRandom()
    let octets = [random.next(), random.next()].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    let fresh = OutboundSettings.makeInstance(from: octets)
    save(fresh)
    return fresh
  }

  private func load() -> String? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
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
