/// A dialog that shows the sender's right to ask (RFC 4538).
public struct TargetDialog: DialogHeader {
  public static var name: HeaderName { .targetDialog }

  public var callID: String
  public var parameters: Parameters

  public init(callID: String, parameters: Parameters) {
    self.callID = callID
    self.parameters = parameters
  }

  public init(callID: String, localTag: String, remoteTag: String) {
    self.init(callID: callID, parameters: Parameters(tags: [("local-tag", localTag), ("remote-tag", remoteTag)]))
  }

  /// The `local-tag` parameter, as its recipient reads it; empty when it is missing.
  public var localTag: String { parameters["local-tag"] ?? "" }

  /// The `remote-tag` parameter; empty when it is missing.
  public var remoteTag: String { parameters["remote-tag"] ?? "" }
}
