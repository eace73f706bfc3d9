/// A header by which an INVITE names a dialog of its recipient's, with the recipient's tag as `to-tag` (RFC 3891, 3911).
public protocol InviteDialogHeader: DialogHeader {}

extension InviteDialogHeader {
  public init(callID: String, toTag: String, fromTag: String) {
    self.init(callID: callID, parameters: Parameters(tags: [("to-tag", toTag), ("from-tag", fromTag)]))
  }

  /// The `to-tag` parameter, as its recipient reads it; empty when it is missing.
  public var toTag: String { parameters["to-tag"] ?? "" }

  /// The `from-tag` parameter; empty when it is missing.
  public var fromTag: String { parameters["from-tag"] ?? "" }
}
