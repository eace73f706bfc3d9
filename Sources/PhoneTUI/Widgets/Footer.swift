import Phone

/// The lower edge of every screen: the last thing that happened, the line one types on, an answer to the last key, and the keys.
struct Footer {
  let model: TUIModel

  private static let timeColumns = 11

  private func noticeLines(columns: Int) -> [String] {
    guard let notice = model.snapshot.notices.last else { return [] }
    return TextWrap.lines(
      notice.text, columns: columns - Self.timeColumns - 3, limit: model.rows < 20 ? 1 : 2, glyphs: model.options.glyphs)
  }

  func height(columns: Int) -> Int { 4 + max(1, noticeLines(columns: columns).count) }

  func render(into surface: inout Surface, in area: Rect) {
    surface.rule(area, area.y)
    drawSwitches(into: &surface, in: area)
    drawNotice(into: &surface, in: area)
    drawInput(into: &surface, in: area, area.bottom - 3)
    drawHint(into: &surface, in: area, area.bottom - 2)
    model.keyBar.render(into: &surface, in: area, area.bottom - 1)
  }

  /// What changes how calls are taken is seen from every screen; the first one has it in its corner.
  private func drawSwitches(into surface: inout Surface, in area: Rect) {
    guard model.view != .home || model.overlay == .find else { return }
    var words: [String] = []
    if model.snapshot.answersAutomatically { words.append("AUTO-ANSWER") }
    if model.snapshot.doNotDisturb { words.append("DO NOT DISTURB") }
    guard !words.isEmpty else { return }
    surface.putRight(" \(words.joined(separator: "  ")) ", endingAt: area.right - 1, area.y, .attention)
  }

  private func drawNotice(into surface: inout Surface, in area: Rect) {
    guard let notice = model.snapshot.notices.last else {
      surface.put("Nothing has happened yet.", 1, area.y + 1, .quiet)
      return
    }
    let style: Style =
      switch notice.level {
      case .information: .plain
      case .warning: .attention
      case .failure: .alarm
      }
    let mark =
      switch notice.level {
      case .information: " "
      case .warning, .failure: "!"
      }
    surface.put(mark, area.x, area.y + 1, style)
    let time = model.options.localTime(notice.at).hourMinuteSecond
    surface.put(time, area.x + (mark == " " ? 1 : 2), area.y + 1, .quiet)
    for (row, line) in noticeLines(columns: area.columns).enumerated() {
      surface.put(line, area.x + Self.timeColumns, area.y + 1 + row, style, width: area.columns - Self.timeColumns - 1)
    }
  }

  private func drawInput(into surface: inout Surface, in area: Rect, _ y: Int) {
    let width = area.columns - 2
    switch model.overlay {
    case .command:
      model.commandField.draw(label: ":", into: &surface, 1, y, width: width, hasFocus: true)
    case .find:
      model.findField.draw(label: "Find: ", into: &surface, 1, y, width: width, hasFocus: true)
    case .help(let isSearching):
      if isSearching || !model.helpField.isEmpty {
        model.helpField.draw(label: "Search: ", into: &surface, 1, y, width: width, hasFocus: isSearching)
      }
    case .quitQuestion: break
    case nil:
      switch model.view {
      case .home:
        model.dialField.draw(label: "Dial: ", into: &surface, 1, y, width: width, hasFocus: model.homePane == .dial)
        if model.dialField.isEmpty { surface.put("type a number or an address", 7, y, .quiet, width: width - 6) }
        drawAccount(into: &surface, in: area, y)
      case .calls: drawPad(into: &surface, in: area, y)
      case .incoming, .trace, .rules, .accounts: break
      }
    }
  }

  /// By which account Enter would call, where what is typed leaves room.
  private func drawAccount(into surface: inout Surface, in area: Rect, _ y: Int) {
    guard let line = model.callingLine else { return }
    let typed = model.dialField.isEmpty ? 27 : CellText.columns(of: model.dialField.text, glyphs: surface.glyphs)
    let room = area.columns - typed - 11
    if room > 10 { surface.putRight(line, endingAt: area.right - 1, y, .quiet, width: room) }
  }

  private func drawPad(into surface: inout Surface, in area: Rect, _ y: Int) {
    guard let call = model.shownCall, call.isAnswered else { return }
    let used = surface.put("Digits: ", area.x + 1, y, model.padHasFocus ? .title : .quiet)
    let sent = String(call.digitsSent.suffix(24))
    let end = area.x + 1 + used + surface.put(sent, area.x + 1 + used, y)
    if model.padHasFocus {
      surface.cursor = Surface.Position(x: end, y: y)
    } else if sent.isEmpty {
      surface.put("Tab, then type them", end, y, .quiet)
    }
    if !call.digitsReceived.isEmpty {
      surface.putRight("received \(call.digitsReceived.suffix(16))", endingAt: area.right - 1, y, .quiet)
    }
  }

  private func drawHint(into surface: inout Surface, in area: Rect, _ y: Int) {
    if let hint = model.hint {
      surface.put(hint.text, area.x + 1, y, .bold, width: area.columns - 2)
    } else if model.overlay == .command {
      surface.put(model.commandAdvice, area.x + 1, y, .quiet, width: area.columns - 2)
    }
  }
}
