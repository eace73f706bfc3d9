/// Why bytes are not a session description (RFC 8866).
public struct SDPError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    case tooLong, tooManyLines, missingVersion, malformedLine, missingOrigin, malformedOrigin, malformedConnection, malformedTiming
    case malformedMedia, tooManyMedia
  }

  public var code: Code
  /// The line at fault, counted from 1; 0 when it is the whole.
  public var line: Int

  public init(_ code: Code, line: Int) {
    self.code = code
    self.line = line
  }

  public var description: String {
    let what =
      switch code {
      case .tooLong: "the session description is longer than \(SDPLimits.bytes) bytes"
      case .tooManyLines: "the session description has more than \(SDPLimits.lines) lines"
      case .missingVersion: "the session description does not begin with v=0"
      case .malformedLine: "a line is not a letter, an equals sign and a value"
      case .missingOrigin: "the o= line is missing"
      case .malformedOrigin: "the o= line does not hold six fields"
      case .malformedConnection: "a c= line does not hold network, type and address"
      case .malformedTiming: "a t= line does not hold two numbers"
      case .malformedMedia: "an m= line does not hold kind, port, transport and formats"
      case .tooManyMedia: "there are more than \(SDPLimits.media) m= lines"
      }
    return line > 0 ? "\(what) (line \(line))" : what
  }
}
