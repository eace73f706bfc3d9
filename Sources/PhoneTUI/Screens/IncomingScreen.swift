import Phone
import SansIO

/// Screen 2: who calls, who says so, how long it rings, and what answering means.
struct IncomingScreen {
  let model: TUIModel

  func render(into surface: inout Surface, in area: Rect) {
    guard let call = model.ringingCall else { return }
    let width = min(area.columns - 4, 86)
    let lines = facts(of: call, columns: width - 16)
    // Where there is little room, it goes to who calls and what answering means, not to air.
    let isTight = area.rows < 17
    let height = isTight ? min(area.rows - 2, lines.count + 4) : min(area.rows - 4, lines.count + 7)
    let box = Rect(
      x: area.x + (area.columns - width) / 2, y: area.y + (isTight ? 0 : max(1, (area.rows - height - 4) / 3)), columns: width,
      rows: height)
    let seconds = call.duration(now: model.now.instant).clockText
    let silent = model.silenced.contains(call.id) ? "silenced " : "ringing "
    surface.frame(
      box, title: "INCOMING CALL for line \(call.account)", right: silent + seconds, style: .attention, titleStyle: .attention)
    let inner = Rect(x: box.x + 4, y: box.y + (isTight ? 1 : 2), columns: width - 8, rows: height - 3)
    let addressColumns = CellText.columns(of: call.peer.address, glyphs: surface.glyphs)
    let hasName = call.peer.title != call.peer.address
    surface.put(call.peer.title, inner.x, inner.y, .bold, width: inner.columns - (hasName ? min(addressColumns, 30) + 2 : 0))
    if hasName { surface.putRight(call.peer.address, endingAt: inner.right, inner.y, .bold, width: 30) }
    surface.put(nameSource(of: call), inner.x, inner.y + 1, .quiet, width: inner.columns)
    var y = inner.y + (isTight ? 2 : 3)
    for (label, line) in lines where y < box.bottom - 1 {
      surface.put(label, inner.x, y, .title)
      surface.put(line, inner.x + 8, y, label == "ALERT" ? call.alertStyle : .plain, width: inner.columns - 8)
      y += 1
    }
    drawKeys(into: &surface, in: area, isTight ? box.bottom : box.bottom + 1)
    surface.cursor = Surface.Position(x: inner.x, y: inner.y)
    drawOthers(call, into: &surface, in: area, box.bottom + 4)
  }

  private func nameSource(of call: CallSnapshot) -> String {
    let source =
      if call.peer.nameIsOurs { "your contact" } else if call.peer.name == nil { "no name was given" } else {
        "not in your contacts"
      }
    guard let record = model.snapshot.history.first(where: { $0.peerURI == call.peer.uri || $0.peerAddress == call.peer.address })
    else {
      return "\(source)     no earlier call in the history"
    }
    let time = model.options.localTime(record.startedAt)
    let now = model.options.localTime(model.now.wallTime)
    let day = time.dayNumber == now.dayNumber ? "today" : time.short(beside: now)
    return
      "\(source)     last call: \(day) \(time.hourMinute), \(HistoryWords(record: record, glyphs: model.options.glyphs).outcome)"
  }

  private func facts(of call: CallSnapshot, columns: Int) -> [(String, String)] {
    let glyphs = model.options.glyphs
    var lines: [(String, String)] = []
    func add(_ label: String, _ wrapped: [String]) {
      for (index, line) in wrapped.enumerated() { lines.append((index == 0 ? label : "", line)) }
    }
    let facts = IncomingFacts(
      call: call, account: model.snapshot.accounts.first { $0.number == call.account }?.address,
      activeTitle: model.activeCall?.peer.title, glyphs: glyphs,
      now: model.now.wallTime)
    for fact in facts.all {
      if fact.label == "ALERT", let alert = call.alert {
        add(fact.label, AlertLine(alert: alert).sentences(columns: columns))
      } else {
        add(fact.label, fact.sentences.flatMap { TextWrap.lines($0, columns: columns, limit: 3, glyphs: glyphs) })
      }
    }
    return lines
  }

  private func drawKeys(into surface: inout Surface, in area: Rect, _ y: Int) {
    let actions: [Action] = [.answer, .answerMuted, .silence, .reject]
    let gap = area.columns < 76 ? 2 : 5
    var x = area.x + max(3, (area.columns - 70) / 2)
    for action in actions {
      let entry = model.entry(action, title: action == .reject && gap < 5 ? "Reject" : nil)
      let start = x
      x += surface.put(entry.key, x, y, .attention) + 1
      x += surface.put(entry.title, x, y, .bold) + gap
      if !entry.isEnabled {
        surface.restyle(Rect(x: start, y: y, columns: x - start, rows: 1)) { _ in .quiet }
      }
    }
  }

  private func drawOthers(_ call: CallSnapshot, into surface: inout Surface, in area: Rect, _ y: Int) {
    let others = model.snapshot.calls.filter { $0.isRinging && $0.id != call.id }
    guard !others.isEmpty, y < area.bottom else { return }
    surface.put(
      "Also ringing: " + others.map(\.peer.title).joined(separator: ", "), area.x + 3, y, .attention, width: area.columns - 4)
  }
}
