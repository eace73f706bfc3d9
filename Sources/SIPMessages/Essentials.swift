/// What every layer below the core needs of a message, read once when it arrives. A fault in any of it has one answer: 400, or
/// silence.
///
/// One reference, so that a message is handed on without copying three hundred bytes each time. Nothing in it ever changes.
public struct Essentials: Hashable, Sendable {
  private final class Storage: Sendable {
    let topVia: Via
    let cseq: CSeq
    let maxForwards: Int?
    let contentLength: Int?
    // Bytes: who wants a String makes it.
    let callID: ArraySlice<UInt8>
    let fromTag: ArraySlice<UInt8>?
    let toTag: ArraySlice<UInt8>?

    init(
      _ topVia: consuming Via, _ cseq: consuming CSeq, _ maxForwards: Int?, _ contentLength: Int?, _ callID: ArraySlice<UInt8>,
      _ fromTag: ArraySlice<UInt8>?, _ toTag: ArraySlice<UInt8>?
    ) {
      self.topVia = topVia
      self.cseq = cseq
      self.maxForwards = maxForwards
      self.contentLength = contentLength
      self.callID = callID
      self.fromTag = fromTag
      self.toTag = toTag
    }
  }

  private let storage: Storage

  init(
    topVia: consuming Via, fromTag: ArraySlice<UInt8>?, toTag: ArraySlice<UInt8>?, callID: ArraySlice<UInt8>, cseq: consuming CSeq,
    maxForwards: Int?, contentLength: Int?
  ) {
    storage = Storage(topVia, cseq, maxForwards, contentLength, callID, fromTag, toTag)
  }

  public var topVia: Via { storage.topVia }

  public var cseq: CSeq { storage.cseq }

  /// nil when the field is missing, which RFC 3261 section 16.3 tolerates.
  public var maxForwards: Int? { storage.maxForwards }

  /// nil when the field is missing: the body then is the rest of the datagram.
  public var contentLength: Int? { storage.contentLength }

  public var callID: String { String(decoding: storage.callID, as: UTF8.self) }

  /// nil for a peer of RFC 2543 times, which may leave it out.
  public var fromTag: String? { storage.fromTag.map { Self.text($0) } }

  /// nil outside dialogs.
  public var toTag: String? { storage.toTag.map { Self.text($0) } }

  public static func == (left: Essentials, right: Essentials) -> Bool {
    let (one, other) = (left.storage, right.storage)
    return one.topVia == other.topVia && one.cseq == other.cseq && one.maxForwards == other.maxForwards
      && one.contentLength == other.contentLength && one.callID == other.callID && one.fromTag == other.fromTag
      && one.toTag == other.toTag
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(storage.callID)
    hasher.combine(storage.cseq)
    hasher.combine(storage.topVia)
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.first == 0x22 ? HeaderCursor.unquote(bytes) : String(decoding: bytes, as: UTF8.self)
  }
}
