/// A picture of the whole screen, made by the screens, compared by tests, drawn by the terminal.
///
/// Text goes in through `put` only, and `put` lets nothing through that could do more than occupy cells: no control characters, no
/// writing-direction tricks, no half characters.
public struct Surface: Hashable, Sendable {
  public struct Position: Hashable, Sendable {
    public var x: Int
    public var y: Int
  }

  public let columns: Int
  public let rows: Int
  public let glyphs: Glyphs
  public private(set) var cells: [Cell]
  /// Where the terminal's own cursor is put: screen readers and magnifiers follow it. nil hides it.
  public var cursor: Position?
  /// Nothing outside of this is touched, so that a screen that has too little room cannot spoil its neighbours.
  var clip: Rect

  public init(columns: Int, rows: Int, glyphs: Glyphs = .unicode) {
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    self.glyphs = glyphs
    cells = [Cell](repeating: .blank, count: self.columns * self.rows)
    clip = Rect(x: 0, y: 0, columns: self.columns, rows: self.rows)
  }

  public subscript(column: Int, row: Int) -> Cell {
    guard column >= 0, column < columns, row >= 0, row < rows else { return .blank }
    return cells[row * columns + column]
  }

  public var area: Rect { Rect(x: 0, y: 0, columns: columns, rows: rows) }

  /// Writes `text` from (x, y) to the right, at most `width` columns and never past the edge; what does not fit ends in an
  /// ellipsis. Returns the number of columns used.
  @discardableResult
  mutating func put(_ text: String, _ x: Int, _ y: Int, _ style: Style = .plain, width: Int = .max) -> Int {
    guard clip.contains(column: x, row: y), width > 0 else { return 0 }
    let room = min(width, clip.right - x)
    let pieces = CellText.pieces(of: text, glyphs: glyphs)
    let total = pieces.reduce(0) { $0 + $1.columns }
    var used = 0
    let limit = total > room ? room - 1 : room
    for piece in pieces {
      guard used + piece.columns <= limit else { break }
      write(piece, x + used, y, style)
      used += piece.columns
    }
    if total > room {
      write(CellText.Piece(cells: [(glyphs.ellipsis, 1)], columns: 1), x + used, y, style)
      used += 1
    }
    return used
  }

  /// Writes so that the text ends before column `right`.
  mutating func putRight(_ text: String, endingAt right: Int, _ y: Int, _ style: Style = .plain, width: Int = .max) {
    let size = min(CellText.columns(of: text, glyphs: glyphs), width)
    put(text, max(0, right - size), y, style, width: size)
  }

  mutating func putCentered(_ text: String, in area: Rect, _ y: Int, _ style: Style = .plain) {
    let size = min(CellText.columns(of: text, glyphs: glyphs), area.columns)
    put(text, area.x + (area.columns - size) / 2, y, style, width: size)
  }

  /// A horizontal line over the whole width of `area`.
  mutating func rule(_ area: Rect, _ y: Int, _ style: Style = .quiet) {
    for column in area.x..<max(area.x, area.right) { put(glyphs.horizontal, column, y, style) }
  }

  mutating func clear(_ area: Rect) {
    for row in max(0, area.y)..<max(max(0, area.y), min(rows, area.bottom)) {
      for column in max(0, area.x)..<max(max(0, area.x), min(columns, area.right)) { set(.blank, column, row) }
    }
  }

  /// Changes the look of a rectangle without touching its text.
  mutating func restyle(_ area: Rect, _ change: (Style) -> Style) {
    for row in max(clip.y, area.y)..<max(max(clip.y, area.y), min(clip.bottom, area.bottom)) {
      for column in max(clip.x, area.x)..<max(max(clip.x, area.x), min(clip.right, area.right)) {
        cells[row * columns + column].style = change(cells[row * columns + column].style)
      }
    }
  }

  /// A frame around `area` with a title on its upper edge, and a second one at the right.
  mutating func frame(_ area: Rect, title: String, right: String = "", style: Style = .quiet, titleStyle: Style = .title) {
    guard area.columns >= 4, area.rows >= 2 else { return }
    rule(area, area.y, style)
    rule(area, area.bottom - 1, style)
    for row in area.y + 1..<max(area.y + 1, area.bottom - 1) {
      put(glyphs.vertical, area.x, row, style)
      put(glyphs.vertical, area.right - 1, row, style)
    }
    put(glyphs.topLeft, area.x, area.y, style)
    put(glyphs.topRight, area.right - 1, area.y, style)
    put(glyphs.bottomLeft, area.x, area.bottom - 1, style)
    put(glyphs.bottomRight, area.right - 1, area.bottom - 1, style)
    let used = title.isEmpty ? 0 : put(" \(title) ", area.x + 2, area.y, titleStyle, width: area.columns - 4)
    let size = CellText.columns(of: right, glyphs: glyphs) + 2
    if !right.isEmpty, used + size + 6 <= area.columns { put(" \(right) ", area.right - 2 - size, area.y, titleStyle) }
  }

  /// The rows as text, without blanks at their ends: what a test compares.
  public var text: String {
    (0..<rows).map { row in
      var line = cells[row * columns..<(row + 1) * columns].map(\.text).joined()
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  private mutating func write(_ piece: CellText.Piece, _ x: Int, _ y: Int, _ style: Style) {
    var column = x
    for (text, width) in piece.cells {
      set(Cell(text: text, style: style, columns: UInt8(width)), column, y)
      if width == 2 { set(Cell(text: "", style: style, columns: 0), column + 1, y) }
      column += width
    }
  }

  /// Half of a wide character that loses its other half becomes a blank.
  private mutating func set(_ cell: Cell, _ column: Int, _ row: Int) {
    guard column < columns else { return }
    let index = row * columns + column
    if cells[index].columns == 0, cell.columns != 0, column > 0, cells[index - 1].columns == 2 {
      cells[index - 1] = Cell(text: " ", style: cells[index - 1].style, columns: 1)
    }
    if cells[index].columns == 2, column + 1 < columns {
      cells[index + 1] = Cell(text: " ", style: cells[index + 1].style, columns: 1)
    }
    cells[index] = cell
  }
}
