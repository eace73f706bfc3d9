/// Something in a configuration file that is wrong or strange.
public struct ConfigurationProblem: Hashable, Sendable, CustomStringConvertible {
  public enum Severity: String, Hashable, Sendable {
    /// The value was not used.
    case error
    /// The value was ignored and the rest holds.
    case warning
  }
  public var severity: Severity
  public var file: String
  /// From 1; 0 when the file as a whole is meant.
  public var line: Int
  /// In characters, from 1; 0 when the line as a whole is meant.
  public var column: Int
  /// What is wrong and what was expected, without a full stop.
  public var message: String

  public init(_ severity: Severity, file: String, line: Int, column: Int, message: String) {
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  /// `config.toml:3:7: error: …`.
  public var description: String {
    "\(file):\(line):\(column): \(severity.rawValue): \(message)"
  }
}
