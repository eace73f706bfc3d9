import CPlatform
import Glibc

/// The configuration's text, and who else may read it.
public struct ConfigurationFile: Sendable {
  public let path: String
  public let bytes: [UInt8]
  /// True when somebody besides the owner may read it.
  public let isReadableByOthers: Bool

  /// Far more than anybody writes; a wrong path to a film is noticed early.
  private static let largestSize = 4 << 20

  public init(path: String) throws(ConfigurationFileError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? .missing(path) : .unreadable("\(path) cannot be read: \(SystemError(code: errno).text)")
    }
    defer { close(descriptor) }
    let mode = cp_file_mode(descriptor)
    guard mode >= 0 else { throw .unreadable("\(path) cannot be read: \(SystemError(code: -mode).text)") }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe read(descriptor, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw .unreadable("\(path) cannot be read: \(SystemError(code: errno).text)")
      }
      if count == 0 { break }
      bytes += chunk.prefix(count)
      guard bytes.count <= Self.largestSize else { throw .unreadable("\(path) is too large for a configuration") }
    }
    self.path = path
    self.bytes = bytes
    isReadableByOthers = mode & 0o077 != 0
  }

  /// The sentence with which a file is refused that holds a password and can be read by others; nil when all is well.
  public func refusal(holdsPassword: Bool) -> String? {
    guard holdsPassword, isReadableByOthers else { return nil }
    return "\(path) holds a password and can be read by others; type: chmod 600 \(Self.quoted(path))"
  }

  /// The path as a shell takes it.
  private static func quoted(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "/._-+,:@%".utf8.contains(byte)
    }
    return isPlain ? path : "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

public enum ConfigurationFileError: Error, Hashable {
  /// There is no such file; the path.
  case missing(String)
  /// A sentence for a person.
  case unreadable(String)
}
