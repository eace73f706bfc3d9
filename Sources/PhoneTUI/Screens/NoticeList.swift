import Phone

/// What happened lately, newest first, where there is room for it.
struct NoticeList {
  let model: TUIModel

  func render(into surface: inout Surface, in area: Rect) {
    surface.put("WHAT HAPPENED", area.x + 1, area.y, .quiet)
    var y = area.y + 2
    if model.snapshot.notices.isEmpty { surface.put("Nothing yet.", area.x + 2, y, .quiet) }
    for notice in model.snapshot.notices.reversed() {
      guard y < area.bottom else { return }
      let style: Style =
        switch notice.level {
        case .information: .plain
        case .warning: .attention
        case .failure: .alarm
        }
      surface.put(model.options.localTime(notice.at).hourMinuteSecond, area.x + 1, y, .quiet)
      for line in TextWrap.lines(notice.text, columns: area.columns - 12, limit: 3, glyphs: surface.glyphs) where y < area.bottom {
        surface.put(line, area.x + 11, y, style, width: area.columns - 12)
        y += 1
      }
    }
  }
}
