/// The dialog that a new INVITE takes the place of (RFC 3891).
public struct Replaces: DialogHeader {
  public static var name: HeaderName { .replaces }

  public var callID: String
  public var parameters: Parameters

  public init(callID: String, parameters: Parameters) {
    self.callID = callID
    self.parameters = parameters
  }

  public init(callID: String, toTag: String, fromTag: String) {
    self.init(callID: callID, parameters: Parameters([("to-tag", toTag), ("from-tag", fromTag)]))
  }

  /// The `to-tag` parameter, as its recipient reads it; empty when it is missing.
  public var toTag: String { parameters["to-tag"] ?? "" }

  /// The `from-tag` parameter; empty when it is missing.
  public var fromTag: String { parameters["from-tag"] ?? "" }

  /// Whether only an early dialog may be replaced.
  public var isEarlyOnly: Bool { parameters.has("early-only") }
}
