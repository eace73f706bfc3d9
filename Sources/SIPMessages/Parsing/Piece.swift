/// Where a part of a value lies, as offsets from the first byte of the one slice that holds all parts: eight bytes and no reference
/// count, where a slice of its own would be thirty-two and one.
struct Piece: Sendable {
  private var start: UInt32
  private var end: UInt32

  /// There is no such part, which is not the same as an empty one.
  static var none: Piece { Piece(start: .max, end: 0) }

  private init(start: UInt32, end: UInt32) {
    self.start = start
    self.end = end
  }

  @inline(__always)
  init(_ start: Int, _ end: Int) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.end = UInt32(truncatingIfNeeded: end)
  }

  @inline(__always)
  init(_ range: Range<Int>?) {
    self = range.map { Piece($0.lowerBound, $0.upperBound) } ?? .none
  }

  @inline(__always)
  var isNone: Bool { start > end }

  /// Not for `none`.
  @inline(__always)
  var range: Range<Int> { Int(start)..<Int(end) }
}

extension ArraySlice<UInt8> {
  /// The bytes of a part that is there.
  subscript(piece: Piece) -> ArraySlice<UInt8> {
    let range = piece.range
    return self[(startIndex + range.lowerBound)..<(startIndex + range.upperBound)]
  }

  func part(_ piece: Piece) -> ArraySlice<UInt8>? {
    piece.isNone ? nil : self[piece]
  }
}

extension [UInt8] {
  /// Appends `part` and tells where it lies.
  mutating func pack(_ part: some Collection<UInt8>) -> Piece {
    let start = count
    append(contentsOf: part)
    return Piece(start, count)
  }

  /// As `pack`; nil packs `none`.
  mutating func pack(ifThere part: (some Collection<UInt8>)?) -> Piece {
    part.map { pack($0) } ?? .none
  }
}
