/// Why a URI could not be read.
public struct URIError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    case noScheme = "no scheme"
    case badUser = "a character that the user part may not hold"
    case badHost = "no valid host"
    case badPort = "no valid port"
    case badParameter = "a parameter that cannot be read"
    case badHeader = "a header that cannot be read"
    case badNumber = "no valid telephone number"
    case badCharacter = "a character that no URI may hold"
  }

  public let code: Code
  /// Bytes from the start of the URI.
  public let offset: Int

  public init(_ code: Code, offset: Int) {
    self.code = code
    self.offset = offset
  }

  public var description: String { "\(code.rawValue) at byte \(offset)" }
}
