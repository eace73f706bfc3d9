import CPlatform
import Glibc

/// Runs what `password_command` says and takes the first line that it prints.
public enum PasswordCommand {
  private static let longestPassword = 4096

  /// - Parameter timeout: a command that waits for a key on a screen nobody sees must not hold the phone for ever.
  public static func run(_ command: String, timeout: Duration = .seconds(20)) throws(PasswordCommandError) -> String {
    var output = [UInt8](repeating: 0, count: longestPassword)
    let milliseconds = Int32(clamping: timeout.components.seconds * 1000 + timeout.components.attoseconds / 1_000_000_000_000_000)
    let count = unsafe output.withUnsafeMutableBytes { bytes in
      unsafe bytes.baseAddress.map {
        unsafe cp_run_command(command, milliseconds, $0.assumingMemoryBound(to: CChar.self), bytes.count)
      } ?? -1
    }
    guard count >= 0 else {
      switch Int32(-count) {
      case ETIMEDOUT: throw PasswordCommandError("password_command `\(command)` did not end within \(milliseconds / 1000) s")
      case ECHILD: throw PasswordCommandError("password_command `\(command)` failed; try it in a terminal")
      case EMSGSIZE: throw PasswordCommandError("password_command `\(command)` printed more than a password")
      default:
        throw PasswordCommandError("password_command `\(command)` could not be run: \(SystemError(code: Int32(-count)).text)")
      }
    }
    let line = output.prefix(count).prefix { $0 != 10 && $0 != 13 }
    guard !line.isEmpty else { throw PasswordCommandError("password_command `\(command)` printed nothing") }
    return String(decoding: line, as: UTF8.self)
  }
}

public struct PasswordCommandError: Error, Hashable {
  /// A sentence for a person.
  public let text: String

  init(_ text: String) {
    self.text = text
  }
}
