/// The dialog that a new INVITE joins (RFC 3911).
public struct Join: InviteDialogHeader {
  public static var name: HeaderName { .join }

  public var callID: String
  public var parameters: Parameters

  public init(callID: String, parameters: Parameters) {
    self.callID = callID
    self.parameters = parameters
  }
}
