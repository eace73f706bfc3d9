import Media
import Phone
import SansIO

/// Screen 3: the calls, whether anybody hears the user, and how the sound is.
struct CallScreen {
  let model: TUIModel

  private static let wideColumns = 130

  func render(into surface: inout Surface, in area: Rect) {
    var area = area
    if area.columns >= Self.wideColumns {
      let columns = max(84, area.columns * 48 / 100)
      drawAside(into: &surface, in: Rect(x: area.x + columns + 1, y: area.y, columns: area.columns - columns - 1, rows: area.rows))
      for row in area.y..<area.bottom { surface.put(surface.glyphs.vertical, area.x + columns, row, .quiet) }
      area = area.prefix(columns: columns)
    }
    let calls = model.snapshot.calls
    let listRows = min(calls.count, max(2, area.rows / 3))
    let selected = calls.firstIndex { $0.id == model.cursorCall } ?? 0
    let window = ListState(selected: selected).window(count: calls.count, rows: listRows)
    for (row, index) in window.enumerated() {
      draw(calls[index], number: index + 1, into: &surface, in: area, area.y + row)
      if index == selected, !model.padHasFocus { surface.cursor = Surface.Position(x: area.x + 1, y: area.y + row) }
    }
    area = area.droppingTop(window.count)
    surface.rule(area, area.y)
    area = area.droppingTop(1)
    guard let call = model.shownCall else { return }
    if let call = model.identityCall {
      IdentityScreen(model: model, call: call).render(into: &surface, in: area)
    } else if case .redirected(let targets) = call.state {
      drawRedirection(call, targets, into: &surface, in: area)
    } else if call.isAnswered {
      drawAnswered(call, into: &surface, in: area)
    } else {
      drawUnanswered(call, into: &surface, in: area)
    }
  }

  /// What a wide terminal has room for: the messages and what happened.
  private func drawAside(into surface: inout Surface, in area: Rect) {
    let ladderRows = max(6, area.rows * 60 / 100)
    surface.put("MESSAGES", area.x + 1, area.y, .quiet)
    LadderView(model: model, selected: nil).render(into: &surface, in: area.prefix(rows: ladderRows).droppingTop(1))
    NoticeList(model: model).render(into: &surface, in: area.droppingTop(ladderRows + 1))
  }

  /// `▶ 1  Clara Weiss  +49 89 777 0101   ✓ checked here      TALKING   12:41`
  private func draw(_ call: CallSnapshot, number: Int, into surface: inout Surface, in area: Rect, _ y: Int) {
    let isChosen = call.id == model.cursorCall
    if isChosen { surface.put(surface.glyphs.current, area.x + 1, y, .accent) }
    surface.put("\(number)", area.x + 3, y, isChosen ? .title : .quiet)
    let durationColumns = 8
    let stateColumns = 15
    let trustColumns = area.columns >= 76 ? 19 : 0
    let stateX = area.right - 1 - durationColumns - stateColumns
    let trustX = stateX - trustColumns
    let name = isChosen ? Style.bold : .plain
    let room = trustX - area.x - 8
    let used = surface.put(call.peer.title, area.x + 6, y, name, width: room)
    if call.peer.address != call.peer.title, room - used > 6 {
      surface.put(call.peer.address, area.x + 8 + used, y, .quiet, width: room - used - 2)
    }
    if trustColumns > 0 { surface.put(call.trustMark(surface.glyphs), trustX, y, .quiet, width: trustColumns - 1) }
    surface.putRight(call.stateWord, endingAt: stateX + stateColumns - 1, y, call.stateStyle)
    surface.putRight(call.duration(now: model.now.instant).clockText, endingAt: area.right - 1, y)
  }

  // MARK: Not answered

  private func drawUnanswered(_ call: CallSnapshot, into surface: inout Surface, in area: Rect) {
    let sentence: String
    var more = ""
    switch call.state {
    case .calling: (sentence, more) = ("Calling \(call.peer.title).", "Nothing has come back yet.")
    case .remoteRinging: (sentence, more) = ("It rings at \(call.peer.title).", "Wait, or hang up with \(model.hangUpKeyName).")
    case .ringing: (sentence, more) = ("\(call.peer.title) calls you.", "a answers, x refuses.")
    case .ended(let why):
      (sentence, more) = ("The call is over: \(why).", "Talked \(call.duration(now: model.now.instant).clockText).")
    case .talking, .held, .heldByPeer, .redirected: sentence = ""
    }
    if case .ended = call.state, call.answeredAt == nil { more = "It was not answered." }
    surface.put(sentence, area.x + 3, area.y + 2, .bold, width: area.columns - 4)
    surface.put(more, area.x + 3, area.y + 3, .quiet, width: area.columns - 4)
    if model.snapshot.isMicrophoneMuted, call.canBeHungUp {
      surface.put(
        "Your microphone stays shut when they answer: you muted it. m opens it.", area.x + 3, area.y + 4, width: area.columns - 4)
    }
    var rest = area.droppingTop(6)
    if let alert = call.alert, call.isLive {
      for line in AlertLine(alert: alert).sentences(columns: area.columns - 4).prefix(2) {
        surface.put(line, area.x + 3, rest.y - 1, call.alertStyle, width: area.columns - 4)
        rest = rest.droppingTop(1)
      }
    }
    drawFacts(call, into: &surface, in: rest)
  }

  private func drawRedirection(_ call: CallSnapshot, _ targets: [String], into surface: inout Surface, in area: Rect) {
    surface.put("\(call.peer.title) sends you elsewhere:", area.x + 3, area.y + 2, .attention, width: area.columns - 4)
    let shown = targets.prefix(max(1, area.rows - 8))
    for (row, target) in shown.enumerated() {
      surface.put(target, area.x + 5, area.y + 3 + row, .bold, width: area.columns - 6)
    }
    var y = area.y + 4 + shown.count
    surface.put("y calls there, n gives up. Nothing is sent before you choose.", area.x + 3, y)
    guard let weakening = targets.lazy.compactMap({ call.peer.weakening(by: $0) }).first else { return }
    for line in TextWrap.lines(weakening, columns: area.columns - 4, limit: 2, glyphs: surface.glyphs) {
      y += 1
      surface.put(line, area.x + 3, y, .attention)
    }
  }

  // MARK: Answered

  private func drawAnswered(_ call: CallSnapshot, into surface: inout Surface, in area: Rect) {
    var y = area.y
    let isTall = area.rows >= 15
    if isTall { y += 1 }
    let statement = MicrophoneStatement(call: call, isMuted: model.snapshot.isMicrophoneMuted)
    surface.put("Microphone", area.x + 3, y, .quiet)
    let used = surface.put(statement.isOpen ? "OPEN" : "SHUT", area.x + 14, y, statement.style)
    surface.put(statement.sentence, area.x + 16 + used, y, width: area.columns - 17 - used)
    y += 1
    let history = model.quality(of: call.id)
    let grade = QualityGrade(history)
    surface.put("Quality", area.x + 3, y, .quiet)
    let gradeStyle: Style = grade.level == .good ? .bold : .attention
    let word = history.samples.isEmpty ? "not known yet" : grade.level.word
    let wordColumns = surface.put(word, area.x + 14, y, gradeStyle)
    let reason = history.samples.isEmpty ? "" : grade.reasons.first ?? "nothing to complain about"
    surface.put(reason, area.x + 16 + wordColumns, y, width: area.columns - 17 - wordColumns)
    y += 1
    for reason in grade.reasons.dropFirst().prefix(isTall ? 2 : 0) {
      surface.put(reason, area.x + 16 + wordColumns, y, width: area.columns - 17 - wordColumns)
      y += 1
    }
    if isTall { y += 1 }
    QualityTable(history: history).render(
      into: &surface, in: Rect(x: area.x + 3, y: y, columns: area.columns - 4, rows: min(5, area.bottom - y)))
    y += isTall ? 6 : 5
    guard y + 1 < area.bottom else { return }
    drawMeters(call, into: &surface, in: area, y)
    y += isTall ? 3 : 2
    drawFacts(call, into: &surface, in: Rect(x: area.x, y: y, columns: area.columns, rows: area.bottom - y))
    // A tall terminal that is not wide shows the messages below.
    let rest = area.droppingTop(y + 5 - area.y)
    guard rest.rows >= 6, surface.columns < Self.wideColumns else { return }
    surface.rule(rest, rest.y)
    surface.put(" MESSAGES ", rest.x + 1, rest.y, .quiet)
    LadderView(model: model, selected: nil).render(into: &surface, in: rest.droppingTop(1))
  }

  private func drawMeters(_ call: CallSnapshot, into surface: inout Surface, in area: Rect, _ y: Int) {
    let columns = min(40, max(20, area.columns - 60))
    let isOpen = call.isMicrophoneOpen
    let microphone = Meter(level: isOpen ? call.statistics?.microphoneLevel : nil, columns: columns)
    surface.put("Mic", area.x + 3, y, .quiet)
    surface.put(microphone.text(surface.glyphs), area.x + 14, y, isOpen ? .plain : .quiet)
    surface.put(isOpen ? microphone.words : "shut", area.x + 16 + columns, y, isOpen ? .plain : .bold)
    let speaker = Meter(level: call.statistics?.speakerLevel, columns: columns)
    surface.put("Speaker", area.x + 3, y + 1, .quiet)
    surface.put(speaker.text(surface.glyphs), area.x + 14, y + 1)
    surface.put(speaker.words, area.x + 16 + columns, y + 1)
  }

  private func drawFacts(_ call: CallSnapshot, into surface: inout Surface, in area: Rect) {
    var facts: [(String, String)] = []
    facts.append(("Codec", call.codec ?? "not agreed yet"))
    facts.append(("Address", call.peer.uri))
    if let account = model.snapshot.accounts.first(where: { $0.number == call.account }) {
      facts.append((call.isIncoming ? "Called" : "From", account.address))
    }
    if call.isLoopback {
      facts.append(("Answered", "by the phone itself, as a mirror of the caller's own sound"))
    } else if call.wasAnsweredAutomatically {
      facts.append(("Answered", "by the phone itself" + (call.asks.map { ", asked by \($0)" } ?? "")))
    }
    if let subject = call.subject { facts.append(("About", "\(subject) (the caller says)")) }
    if let sentOn = call.sentOn { facts.append(("Meant for", sentOn.words)) }
    if call.isDowngraded { facts.append(("Security", "none for certain: sips: was called and became sip: on its way")) }
    if let presented = call.presented { facts.append(("You", "are \(presented) to them")) }
    if call.isAnonymous { facts.append(("You", "are anonymous to them")) }
    switch call.answeredBy {
    case .auto: facts.append(("Answered", "by their phone itself, it says; perhaps nobody is there"))
    case .manual: facts.append(("Answered", "by a person, their phone says"))
    case nil: break
    }
    for (row, fact) in facts.prefix(area.rows).enumerated() {
      surface.put(fact.0, area.x + 3, area.y + row, .quiet)
      surface.put(fact.1, area.x + 14, area.y + row, width: area.columns - 15)
    }
  }
}
