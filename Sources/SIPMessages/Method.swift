/// A method of a request (RFC 3261 section 7.1). An open set: extensions bring their own. Case-sensitive, as the RFC has it.
public struct Method: Hashable, Sendable, CustomStringConvertible {
  /// The token as it stands on the wire.
  public let token: String

  public init(_ token: String) {
    self.token = token
  }

  public var description: String { token }

  public static let invite = Method("INVITE")
  public static let ack = Method("ACK")
  public static let bye = Method("BYE")
  public static let cancel = Method("CANCEL")
  public static let register = Method("REGISTER")
  public static let options = Method("OPTIONS")
  /// RFC 3262.
  public static let prack = Method("PRACK")
  /// RFC 3311.
  public static let update = Method("UPDATE")
  /// RFC 6086.
  public static let info = Method("INFO")
  /// RFC 3515.
  public static let refer = Method("REFER")
  /// RFC 6665.
  public static let subscribe = Method("SUBSCRIBE")
  /// RFC 6665.
  public static let notify = Method("NOTIFY")
  /// RFC 3428.
  public static let message = Method("MESSAGE")
  /// RFC 3903.
  public static let publish = Method("PUBLISH")
}
