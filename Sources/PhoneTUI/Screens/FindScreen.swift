/// One find over contacts, history and commands.
struct FindScreen {
  let model: TUIModel

  func render(into surface: inout Surface, in area: Rect) {
    let results = model.findResults
    surface.put("FIND  contacts, history, commands", area.x + 1, area.y, .title)
    surface.putRight(results.count == 1 ? "1 match" : "\(results.count) matches", endingAt: area.right - 1, area.y, .quiet)
    surface.rule(area, area.y + 1)
    let body = area.droppingTop(2)
    guard !results.isEmpty else {
      surface.put("Nothing has these words. A number or an address can be called as it is.", body.x + 2, body.y + 1, .quiet)
      return
    }
    let titleColumns = min(34, body.columns * 38 / 100)
    let window = model.findList.window(count: results.count, rows: body.rows)
    for (row, index) in window.enumerated() {
      let result = results[index]
      let y = body.y + row
      surface.put(result.kind, body.x + 2, y, .quiet, width: 8)
      surface.put(result.title, body.x + 11, y, width: titleColumns)
      surface.put(result.detail, body.x + 13 + titleColumns, y, .quiet, width: body.columns - titleColumns - 14)
      guard index == model.findList.selected else { continue }
      surface.put(surface.glyphs.selection, body.x, y, .accent)
      surface.restyle(Rect(x: body.x + 1, y: y, columns: body.columns - 1, rows: 1)) { _ in .selected }
    }
  }
}
