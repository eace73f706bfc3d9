/// Why the value of a header field, or a part of it, could not be read.
public struct HeaderError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    case empty = "nothing where a value is needed"
    case expectedToken = "a token was expected"
    case expectedNumber = "a number was expected"
    case numberTooLarge = "the number is too large"
    case unterminatedQuote = "a quoted string does not end"
    case unterminatedAngle = "an address in angle brackets does not end"
    case unterminatedComment = "a comment does not end"
    case badURI = "the URI cannot be read"
    case badHost = "the host cannot be read"
    case badParameter = "a parameter cannot be read"
    case unexpectedCharacter = "an unexpected character"
    case missingParameter = "a parameter that must be there is missing"
  }

  public let code: Code
  /// Bytes from the start of the value.
  public let offset: Int

  public init(_ code: Code, offset: Int) {
    self.code = code
    self.offset = offset
  }

  public var description: String { "\(code.rawValue) at byte \(offset)" }
}
