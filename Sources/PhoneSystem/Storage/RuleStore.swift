import Glibc

/// The answer rules that were edited on the screen, in a file of their own that is replaced as a whole.
public struct RuleStore: Sendable {
  private let path: String

  private static let longestText = 4 << 20

  /// - Parameter path: `StandardPaths.rulesFile`.
  public init(path: String) {
    self.path = path
  }

  /// nil when there is none, or none that can be read.
  public func load() -> String? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    while bytes.count <= Self.longestText {
      let part = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
        count = unsafe max(0, read(file, buffer.baseAddress, buffer.count))
      }
      if part.isEmpty { return String(decoding: bytes, as: UTF8.self) }
      bytes += part
    }
    return nil
  }

  /// A sentence when it cannot be written; the file is then what it was before.
  func save(_ text: String) -> String? {
    StandardPaths.makeFolder(StandardPaths.folder(of: path))
    let draft = path + ".new"
    let file = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { return "the answer rules cannot be saved in \(path): \(Self.reason)" }
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress! + written, bytes.count - written) }
      guard count > 0 else { break }
      written += count
    }
    let isComplete = written == bytes.count && fsync(file) == 0
    let reason = Self.reason
    close(file)
    guard isComplete, unsafe rename(draft, path) == 0 else {
      unsafe unlink(draft)
      return "the answer rules cannot be saved in \(path): \(isComplete ? Self.reason : reason)"
    }
    return nil
  }

  private static var reason: String { unsafe String(cString: strerror(errno)) }
}
