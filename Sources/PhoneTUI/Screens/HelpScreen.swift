import Phone

/// The keys of the screen below, and the words of the `:` line; `/` narrows both.
struct HelpScreen {
  let model: TUIModel

  func render(into surface: inout Surface, in area: Rect) {
    surface.put("HELP  \(model.helpTitle)", area.x + 1, area.y, .title)
    let lines = model.helpLines
    surface.putRight("\(lines.count) lines", endingAt: area.right - 1, area.y, .quiet)
    surface.rule(area, area.y + 1)
    let body = area.droppingTop(2)
    let isSearching = model.overlay == .help(isSearching: true)
    if lines.isEmpty { surface.put("Nothing in the help has these words.", body.x + 2, body.y + 1, .quiet) }
    let top = max(0, min(model.helpTop, lines.count - body.rows))
    for (row, line) in lines.dropFirst(top).prefix(body.rows).enumerated() {
      let y = body.y + row
      switch line {
      case .title(let text): surface.put(text, body.x + 1, y, .bold)
      case .key(let keys, let title, let text):
        surface.put(keys, body.x + 2, y, .title, width: 15)
        surface.put(title, body.x + 18, y, width: 14)
        surface.put(text, body.x + HelpLine.textColumn, y, .quiet, width: body.columns - HelpLine.textColumn - 1)
      case .more(let text):
        surface.put(text, body.x + HelpLine.textColumn, y, .quiet, width: body.columns - HelpLine.textColumn - 1)
      case .blank: break
      }
    }
    if !isSearching { surface.cursor = Surface.Position(x: body.x, y: body.y) }
  }
}
