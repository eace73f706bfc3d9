/// What every layer below the core needs of a message, read once when it arrives. A fault in any of it has one answer: 400, or silence.
public struct Essentials: Hashable, Sendable {
  public var topVia: Via
  /// nil for a peer of RFC 2543 times, which may leave it out.
  public var fromTag: String?
  /// nil outside dialogs.
  public var toTag: String?
  public var callID: String
  public var cseq: CSeq
  /// nil when the field is missing, which RFC 3261 section 16.3 tolerates.
  public var maxForwards: Int?
  /// nil when the field is missing: the body then is the rest of the datagram.
  public var contentLength: Int?
}
