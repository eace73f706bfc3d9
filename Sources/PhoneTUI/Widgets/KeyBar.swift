/// The keys of this screen on the last line. A key that does nothing now stays, in brackets; pressing it says why.
struct KeyBar {
  struct Entry {
    var key: String
    var title: String
    var isEnabled = true
    /// Used where `title` does not fit.
    var shortTitle: String?
  }

  /// The most important first: what does not fit at the right is left out.
  var entries: [Entry]
  /// Always shown, at the right edge.
  var last: Entry?

  func render(into surface: inout Surface, in area: Rect, _ y: Int) {
    var right = area.right - 1
    if let last {
      right -= columns(of: last, surface.glyphs)
      draw(last, into: &surface, right, y)
      right -= 1
    }
    var x = area.x + 1
    for entry in entries {
      var entry = entry
      var size = columns(of: entry, surface.glyphs)
      if x + size > right, let short = entry.shortTitle {
        entry.title = short
        size = columns(of: entry, surface.glyphs)
      }
      guard x + size <= right else { continue }
      draw(entry, into: &surface, x, y)
      x += size + 2
    }
  }

  private func columns(of entry: Entry, _ glyphs: Glyphs) -> Int {
    CellText.columns(of: entry.key, glyphs: glyphs) + CellText.columns(of: entry.title, glyphs: glyphs) + 1
      + (entry.isEnabled ? 0 : 2)
  }

  private func draw(_ entry: Entry, into surface: inout Surface, _ x: Int, _ y: Int) {
    guard entry.isEnabled else {
      surface.put("(\(entry.key) \(entry.title))", x, y, .quiet)
      return
    }
    let used = surface.put(entry.key, x, y, .title)
    surface.put(entry.title, x + used + 1, y)
  }
}
