import Phone

/// Screen 6: the ladder, and the text of the selected message.
struct TraceScreen {
  let model: TUIModel

  private static let wideColumns = 130

  func render(into surface: inout Surface, in area: Rect) {
    let trace = model.snapshot.trace
    surface.put("TRACE", area.x + 1, area.y, .title)
    surface.put(trace.count == 1 ? "1 message" : "\(trace.count) messages", area.x + 8, area.y)
    let note = model.traceFollows ? "follows the newest" : "G goes to the newest"
    surface.putRight("\(note), secrets are hidden", endingAt: area.right - 1, area.y, .quiet)
    surface.rule(area, area.y + 1)
    let body = area.droppingTop(2)
    if model.traceText != nil {
      drawText(into: &surface, in: body, from: model.traceText ?? 0, hasFocus: true)
      return
    }
    let selected = trace.isEmpty ? nil : model.traceList.selected
    if body.columns >= Self.wideColumns {
      let columns = body.columns * 52 / 100
      LadderView(model: model, selected: selected).render(into: &surface, in: body.prefix(columns: columns))
      surface.put(surface.glyphs.teeDown, body.x + columns, body.y - 1, .quiet)
      for row in body.y..<body.bottom { surface.put(surface.glyphs.vertical, body.x + columns, row, .quiet) }
      drawText(into: &surface, in: body.droppingLeft(columns + 1), from: 0, hasFocus: false)
      return
    }
    let ladderRows = max(4, body.rows * 58 / 100)
    LadderView(model: model, selected: selected).render(into: &surface, in: body.prefix(rows: ladderRows))
    surface.rule(body, body.y + ladderRows)
    drawText(into: &surface, in: body.droppingTop(ladderRows + 1), from: 0, hasFocus: false)
  }

  private func drawText(into surface: inout Surface, in area: Rect, from: Int, hasFocus: Bool) {
    let lines = model.selectedTraceLines
    let top = max(0, min(from, lines.count - area.rows))
    for (row, line) in lines.dropFirst(top).prefix(area.rows).enumerated() {
      let isStart = top + row == 0
      surface.put(line, area.x + 1, area.y + row, isStart ? .bold : .plain, width: area.columns - 2)
    }
    if hasFocus { surface.cursor = Surface.Position(x: area.x, y: area.y) }
  }
}

extension TUIModel {
  var selectedTraceLines: [String] {
    let trace = snapshot.trace
    guard trace.indices.contains(traceList.selected) else { return [] }
    return trace[traceList.selected].text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "  ")
    }
  }
}
