/// Words on lines.
enum TextWrap {
  /// At most `limit` lines of `columns` columns; a word longer than a line is cut by the surface.
  static func lines(_ text: String, columns: Int, limit: Int, glyphs: Glyphs) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let candidate = line.isEmpty ? String(word) : line + " " + word
      if CellText.columns(of: candidate, glyphs: glyphs) <= columns || line.isEmpty || lines.count == limit - 1 {
        line = candidate
      } else {
        lines.append(line)
        line = String(word)
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}
