/// A command line that cannot be obeyed. Nothing has changed.
public struct CommandError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    case empty
    case unknownWord
    case missingArgument
    case unusableArgument
    case tooManyArguments
  }
  public var code: Code
  /// What was expected, as a sentence.
  public var expected: String

  public init(_ code: Code, expected: String) {
    self.code = code
    self.expected = expected
  }

  public var description: String { expected }
}
