import ArgumentParser
import Glibc

/// Sentences for a person, on standard error, never while a screen is up.
enum StandardError {
  static func say(_ sentence: String) {
    // Configuration files and peers' words may hold anything; a terminal gets no control characters from us.
    let clean = String(
      sentence.unicodeScalars.filter { $0 == "\n" || $0.value >= 32 && !(127..<160).contains($0.value) }.map(Character.init))
    let bytes = Array("offhook: \(clean)\n".utf8)
    _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
  }

  /// Says why and gives the exit code of a wrong usage or configuration.
  static func refusal(_ sentence: String) -> ExitCode {
    say(sentence)
    return ExitCode(2)
  }
}
