/// A rectangle of cells; the origin is the upper left corner.
public struct Rect: Hashable, Sendable {
  public var x: Int
  public var y: Int
  public var columns: Int
  public var rows: Int

  public init(x: Int, y: Int, columns: Int, rows: Int) {
    self.x = x
    self.y = y
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }

  public var right: Int { x + columns }
  public var bottom: Int { y + rows }
  public var isEmpty: Bool { columns == 0 || rows == 0 }

  public func contains(column: Int, row: Int) -> Bool {
    column >= x && column < right && row >= y && row < bottom
  }

  /// The same rectangle without its first `rows` rows.
  func droppingTop(_ count: Int) -> Rect { Rect(x: x, y: y + min(count, rows), columns: columns, rows: rows - count) }

  func droppingBottom(_ count: Int) -> Rect { Rect(x: x, y: y, columns: columns, rows: rows - count) }

  func droppingLeft(_ count: Int) -> Rect { Rect(x: x + min(count, columns), y: y, columns: columns - count, rows: rows) }

  func prefix(columns count: Int) -> Rect { Rect(x: x, y: y, columns: min(count, columns), rows: rows) }

  func prefix(rows count: Int) -> Rect { Rect(x: x, y: y, columns: columns, rows: min(count, rows)) }
}
