/// Text cut into what occupies cells.
enum CellText {
  /// One grapheme: it is shown whole or not at all.
  struct Piece {
    var cells: [(text: String, columns: Int)]
    var columns: Int
  }

  static func pieces(of text: String, glyphs: Glyphs) -> [Piece] {
    var pieces: [Piece] = []
    pieces.reserveCapacity(text.utf8.count)
    for character in text {
      if let piece = piece(for: character, glyphs: glyphs) { pieces.append(piece) }
    }
    return pieces
  }

  static func columns(of text: String, glyphs: Glyphs) -> Int {
    pieces(of: text, glyphs: glyphs).reduce(0) { $0 + $1.columns }
  }

  /// `text` filled up with blanks, or cut, to exactly `width` columns.
  static func padded(_ text: String, to width: Int, glyphs: Glyphs) -> String {
    let size = columns(of: text, glyphs: glyphs)
    return size >= width ? text : text + String(repeating: " ", count: width - size)
  }

  /// nil for characters that show nothing, such as a lone writing-direction mark.
  private static func piece(for character: Character, glyphs: Glyphs) -> Piece? {
    if let ascii = character.asciiValue, ascii >= 0x20, ascii < 0x7F { return Piece(cells: [(String(character), 1)], columns: 1) }
    let replacement = Piece(cells: [(glyphs.allowsUnicode ? "\u{FFFD}" : "?", 1)], columns: 1)
    var cells: [(text: String, columns: Int)] = []
    var marks = 0
    var isJoined = false
    var sawControl = false
    for scalar in character.unicodeScalars {
      switch CharacterWidth.kind(of: scalar) {
      case .forbidden:
        // A zero-width joiner ties emoji together; terminals differ in what they make of it, so only the first one is shown.
        if scalar.value == 0x200D { isJoined = true }
        if scalar.properties.generalCategory != .format { sawControl = true }
      case .mark:
        // Variation selectors change widths differently in each terminal.
        if (0xFE00...0xFE0F).contains(scalar.value) { continue }
        marks += 1
        if let last = cells.indices.last, marks <= 4 {
          cells[last].text.unicodeScalars.append(scalar)
        } else if cells.isEmpty {
          var text = "\u{25CC}"
          text.unicodeScalars.append(scalar)
          cells.append((text, 1))
        }
      case .narrow where !(isJoined && !cells.isEmpty): cells.append((String(scalar), 1))
      case .wide where !(isJoined && !cells.isEmpty):
        // Skin tones ride on the emoji before them.
        if (0x1F3FB...0x1F3FF).contains(scalar.value), !cells.isEmpty { continue }
        cells.append((String(scalar), 2))
      case .narrow, .wide: break
      }
    }
    if sawControl { return replacement }
    if cells.isEmpty { return nil }
    if !glyphs.allowsUnicode { return replacement }
    return Piece(cells: cells, columns: cells.reduce(0) { $0 + $1.columns })
  }
}
