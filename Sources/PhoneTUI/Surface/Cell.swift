/// One column of one row.
public struct Cell: Hashable, Sendable {
  /// One spacing character with at most four marks; empty for the right half of a wide character.
  public var text: String
  public var style: Style
  /// 1 or 2; 0 for the right half of a wide character.
  public var columns: UInt8

  static let blank = Cell(text: " ", style: .plain, columns: 1)
}
