import Phone

/// Screen 4: who may be answered, the guards around it, and what would become of a call.
struct RulesScreen {
  let model: TUIModel

  func render(into surface: inout Surface, in area: Rect) {
    let answering = model.snapshot.answering
    surface.put("ANSWER RULES", area.x + 1, area.y, .title)
    surface.put("the first that fits decides", area.x + 16, area.y, .quiet)
    let isOn = model.snapshot.answersAutomatically
    surface.putRight(
      isOn ? "rules may answer by themselves" : "automatic answers are off", endingAt: area.right - 1, area.y,
      isOn ? .plain : .attention)
    surface.rule(area, area.y + 1)
    var body = area.droppingTop(2)
    let about = aboutSelected(answering, columns: body.columns - 2, isTight: body.rows < 14)
    let tail = lines(of: answering.explanation, columns: body.columns - 3, limit: max(2, body.rows - 8 - about.lines.count))
    let below = 3 + about.lines.count + tail.count + 1
    let listRows = max(2, min(answering.rules.count + 2, body.rows - below))
    drawList(answering, into: &surface, in: body.prefix(rows: listRows))
    body = body.droppingTop(listRows)
    drawGuards(answering, about, into: &surface, in: body)
    body = body.droppingTop(3 + about.lines.count)
    surface.rule(body, body.y)
    for (row, line) in tail.enumerated() where row + 1 < body.rows {
      surface.put(line.text, body.x + 1, body.y + 1 + row, line.style, width: body.columns - 2)
    }
  }

  private struct Columns {
    var from: Int
    var asks: Int
    var when: Int
    var then: Int
    var end: Int

    init(_ area: Rect) {
      let room = area.columns - 5 - 7
      from = area.x + 5
      asks = from + room * 36 / 100
      when = asks + room * 18 / 100
      then = when + room * 22 / 100
      end = area.right - 7
    }
  }

  private func drawList(_ answering: AnsweringSnapshot, into surface: inout Surface, in area: Rect) {
    let columns = Columns(area)
    func put(_ texts: [String], _ y: Int, _ style: Style) {
      let places = [columns.from, columns.asks, columns.when, columns.then, columns.end]
      for (place, text) in texts.enumerated() {
        surface.put(text, places[place], y, style, width: places[place + 1] - places[place] - 1)
      }
    }
    surface.put("#", area.x + 3, area.y, .quiet)
    put(["From", "Asks for", "When", "Then"], area.y, .quiet)
    surface.putRight("Used", endingAt: area.right - 1, area.y, .quiet)
    let rules = answering.rules
    let window = model.ruleList.window(count: rules.count, rows: area.rows - 2)
    var y = area.y + 1
    for index in window {
      let rule = rules[index]
      let style: Style = rule.fault != nil ? .alarm : rule.isEnabled ? .plain : .quiet
      surface.putRight("\(index + 1)", endingAt: area.x + 4, y, .quiet)
      let then = rule.fault != nil ? "unreadable" : rule.isEnabled ? rule.then : "off: \(rule.then)"
      put([rule.name ?? rule.from, rule.asks, rule.when, then], y, style)
      surface.putRight("\(rule.used)", endingAt: area.right - 1, y, .quiet)
      if index == model.ruleList.selected {
        surface.put(surface.glyphs.selection, area.x, y, .accent)
        surface.restyle(Rect(x: area.x + 1, y: y, columns: area.columns - 1, rows: 1)) { _ in .selected }
        surface.cursor = Surface.Position(x: area.x + 1, y: y)
      }
      y += 1
    }
    surface.putRight("-", endingAt: area.x + 4, y, .quiet)
    put(["everybody else", "anything", "always", "ring me"], y, .quiet)
  }

  /// The selected rule in full, on two lines where there is room.
  private func aboutSelected(_ answering: AnsweringSnapshot, columns: Int, isTight: Bool) -> (lines: [String], style: Style) {
    let rules = answering.rules
    guard rules.indices.contains(model.ruleList.selected) else {
      return (["There is no rule: every call rings. n makes one."], .plain)
    }
    let rule = rules[model.ruleList.selected]
    let text = rule.fault.map { "cannot be read: \($0)" } ?? "\(rule.from); asks \(rule.asks); \(rule.when); \(rule.then)"
    let lines = TextWrap.lines(
      "Rule \(model.ruleList.selected + 1)  \(text)", columns: columns, limit: isTight ? 1 : 2, glyphs: model.options.glyphs)
    return (lines, rule.fault == nil ? .plain : .alarm)
  }

  private func drawGuards(
    _ answering: AnsweringSnapshot, _ about: (lines: [String], style: Style), into surface: inout Surface, in area: Rect
  ) {
    surface.rule(area, area.y)
    for (row, line) in about.lines.enumerated() {
      surface.put(line, area.x + 1, area.y + 1 + row, about.style, width: area.columns - 2)
    }
    let y = area.y + 1 + about.lines.count
    func box(_ isOn: Bool, _ text: String) -> String { "[\(isOn ? "x" : " ")] \(text)" }
    let half = area.x + area.columns / 2
    surface.put(box(answering.beeps, "beep before the line opens"), area.x + 1, y, .quiet)
    surface.put(box(true, "mic stays shut until you open it"), half, y, .quiet)
    surface.put(box(!answering.duringCalls, "never while I am on a call"), area.x + 1, y + 1, .quiet)
    surface.put(box(!answering.whileLocked, "never while the screen is locked"), half, y + 1, .quiet)
  }

  /// What was asked last, the conclusion always among it. The rules stand above: here are their numbers, and the fact that decided.
  private func lines(
    of explanation: AnswerExplanation?, columns: Int, limit: Int
  ) -> [(text: String, style: Style)] {
    guard let explanation else {
      return [("TRY IT  t tries a made-up caller; w says why the newest call was treated so.", .quiet)]
    }
    let glyphs = model.options.glyphs
    let conclusion = TextWrap.lines(explanation.conclusion, columns: columns, limit: 2, glyphs: glyphs)
    var lines: [(text: String, style: Style)] = []
    if let asked = explanation.asked { lines.append((text: "The caller asks: \(asked)", style: .quiet)) }
    for step in explanation.steps {
      let verdict = step.isMatch ? "> \(step.number)  fits" : "- \(step.number)  no: \(step.reason)"
      let isLast = step.number == explanation.steps.last?.number
      let style: Style = step.isMatch || isLast ? .bold : .quiet
      // What goes on stands a little to the right of its number; without room it is cut there.
      for (row, text) in TextWrap.lines(verdict, columns: columns - 5, limit: 2, glyphs: glyphs).enumerated() {
        lines.append((text: row == 0 ? text : "     " + text, style: style))
      }
    }
    lines = Array(lines.suffix(max(0, limit - conclusion.count)))
    for text in conclusion { lines.append((text: text, style: .bold)) }
    return lines
  }
}
