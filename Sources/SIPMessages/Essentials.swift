/// What every layer below the core needs of a message, read once when it arrives. A fault in any of it has one answer: 400, or silence.
public struct Essentials: Hashable, Sendable {
  public let topVia: Via
  public let cseq: CSeq
  /// nil when the field is missing, which RFC 3261 section 16.3 tolerates.
  public let maxForwards: Int?
  /// nil when the field is missing: the body then is the rest of the datagram.
  public let contentLength: Int?
  // Bytes: who wants a String makes it.
  private let callIDBytes: ArraySlice<UInt8>
  private let fromTagBytes: ArraySlice<UInt8>?
  private let toTagBytes: ArraySlice<UInt8>?

  init(
    topVia: Via, fromTag: ArraySlice<UInt8>?, toTag: ArraySlice<UInt8>?, callID: ArraySlice<UInt8>, cseq: CSeq, maxForwards: Int?,
    contentLength: Int?
  ) {
    self.topVia = topVia
    self.cseq = cseq
    self.maxForwards = maxForwards
    self.contentLength = contentLength
    callIDBytes = callID
    fromTagBytes = fromTag
    toTagBytes = toTag
  }

  public var callID: String { String(decoding: callIDBytes, as: UTF8.self) }

  /// nil for a peer of RFC 2543 times, which may leave it out.
  public var fromTag: String? { fromTagBytes.map { Self.text($0) } }

  /// nil outside dialogs.
  public var toTag: String? { toTagBytes.map { Self.text($0) } }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.first == 0x22 ? HeaderCursor.unquote(bytes) : String(decoding: bytes, as: UTF8.self)
  }
}
