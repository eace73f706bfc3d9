/// Why the border between messages on a stream is lost. The flow must be closed.
public struct FramingError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    case headTooLarge = "the head of a message is larger than it may be"
    case messageTooLarge = "a message is larger than it may be"
    case missingContentLength = "a message on a stream has no Content-Length"
    case badContentLength = "Content-Length cannot be read or is there twice"
    case noMessage = "what arrived is no SIP message"
    case strayLineEnd = "a carriage return without its line feed"
  }

  public let code: Code

  public init(_ code: Code) {
    self.code = code
  }

  public var description: String { code.rawValue }
}
