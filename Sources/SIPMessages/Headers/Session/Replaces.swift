/// The dialog that a new INVITE takes the place of (RFC 3891).
public struct Replaces: InviteDialogHeader {
  public static var name: HeaderName { .replaces }

  public var callID: String
  public var parameters: Parameters

  public init(callID: String, parameters: Parameters) {
    self.callID = callID
    self.parameters = parameters
  }

  /// Whether only an early dialog may be replaced.
  public var isEarlyOnly: Bool { parameters.has("early-only") }
}
