/// Where one header field lies. The bytes are the message's own or, for a field that we set, those that `HeaderFields` owns.
///
/// Plain numbers only: an array of them is copied and freed without visiting its elements.
struct FieldSlot: Sendable {
  var known: KnownHeader
  /// In the buffer of fields that were set, not in the wire buffer.
  var isOwned: Bool
  /// The value holds line ends.
  var isFolded: Bool
  var nameLength: UInt16
  /// The first byte of the name.
  var start: UInt32
  var valueStart: UInt32
  /// After the last byte of the value that is no blank.
  var valueEnd: UInt32
  /// After the line feed.
  var end: UInt32

  var nameRange: Range<Int> { Int(start)..<(Int(start) + Int(nameLength)) }
  var valueRange: Range<Int> { Int(valueStart)..<Int(valueEnd) }
  var lineRange: Range<Int> { Int(start)..<Int(end) }
}
