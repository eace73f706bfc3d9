/// Why bytes are no message, or no valid one.
public struct ParseError: Error, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    case empty = "nothing but line ends"
    case tooLarge = "more bytes than a message may have"
    case noStartLine = "the first line is neither a request's nor a response's"
    case badRequestLine = "the request line cannot be read"
    case badStatusLine = "the status line cannot be read"
    case badStatusCode = "the status code is not between 100 and 699"
    case unterminatedHead = "no empty line ends the header fields"
    case badField = "a line is no header field"
    case tooManyFields = "more header fields than a message may have"
    case fieldTooLong = "a header field is longer than it may be"
    case missingVia = "Via is missing"
    case missingFrom = "From is missing"
    case missingTo = "To is missing"
    case missingCallID = "Call-ID is missing"
    case missingCSeq = "CSeq is missing"
    case repeatedField = "a header field is repeated that may stand only once"
    case badVia = "the topmost Via cannot be read"
    case badFrom = "From cannot be read"
    case badTo = "To cannot be read"
    case badCallID = "Call-ID cannot be read"
    case badCSeq = "CSeq cannot be read"
    case methodMismatch = "CSeq names another method than the request line"
    case badMaxForwards = "Max-Forwards cannot be read"
    case badContentLength = "Content-Length cannot be read"
    case bodyTooShort = "the body is shorter than Content-Length says"
  }

  public let code: Code
  /// Bytes from the start of what was parsed.
  public let offset: Int
  /// The request, when its start line and enough of its head could be read to answer it with a 400. nil for responses, and when not
  /// even the topmost Via says where an answer would go.
  public let salvage: Request?

  public init(_ code: Code, offset: Int, salvage: Request? = nil) {
    self.code = code
    self.offset = offset
    self.salvage = salvage
  }

  public var description: String { "\(code.rawValue) (at byte \(offset))" }
}

extension ParseError: Hashable {
  /// Equal by code and position.
  public static func == (left: ParseError, right: ParseError) -> Bool {
    left.code == right.code && left.offset == right.offset
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(code)
    hasher.combine(offset)
  }
}
