/// The course of a number over the last minute, newest at the right.
struct Sparkline {
  /// Oldest first; nil where nothing was measured.
  var values: [Double?]
  /// What the highest block stands for, at least; a quiet line stays flat.
  var ceiling: Double
  var columns: Int

  func text(_ glyphs: Glyphs) -> String {
    guard columns > 0 else { return "" }
    // Each column shows the worst of the samples that fall on it, so that a short dropout cannot vanish.
    let perColumn = max(1, (values.count + columns - 1) / columns)
    var columnsText: [String] = []
    var end = values.count
    while end > 0 {
      let known = values[max(0, end - perColumn)..<end].compactMap { $0 }
      columnsText.insert(known.max().map { block($0, glyphs) } ?? glyphs.sparkGap, at: 0)
      end -= perColumn
    }
    return String(repeating: glyphs.sparkGap, count: max(0, columns - columnsText.count)) + columnsText.joined()
  }

  private func block(_ value: Double, _ glyphs: Glyphs) -> String {
    let top = max(ceiling, values.compactMap { $0 }.max() ?? 0)
    guard top > 0, value.isFinite else { return glyphs.levels[0] }
    let index = Int((value / top * Double(glyphs.levels.count - 1)).rounded())
    return glyphs.levels[max(0, min(glyphs.levels.count - 1, index))]
  }
}
