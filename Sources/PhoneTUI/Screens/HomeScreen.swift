import Phone
import SansIO

/// Screen 1: accounts, contacts, history; on a wide terminal also what happened.
struct HomeScreen {
  let model: TUIModel

  private static let wideColumns = 120

  func render(into surface: inout Surface, in area: Rect) {
    var area = area
    area = area.droppingTop(AccountLines(model: model).render(into: &surface, in: area))
    let ruleY = area.y
    surface.rule(area, ruleY)
    area = area.droppingTop(1)
    let details = area.rows >= 9 ? 3 : 0
    let lists = area.droppingBottom(details)
    let isWide = area.columns >= Self.wideColumns
    let contactColumns = isWide ? area.columns * 32 / 100 : area.columns * 56 / 100
    let historyColumns = isWide ? area.columns * 36 / 100 : area.columns - contactColumns - 1
    var bounds = [Rect(x: lists.x, y: lists.y, columns: contactColumns, rows: lists.rows)]
    bounds.append(Rect(x: bounds[0].right + 1, y: lists.y, columns: historyColumns, rows: lists.rows))
    drawContacts(into: &surface, in: bounds[0])
    drawHistory(into: &surface, in: bounds[1])
    if isWide {
      let x = bounds[1].right + 1
      drawAside(into: &surface, in: Rect(x: x, y: lists.y, columns: area.right - x, rows: lists.rows))
    }
    if details > 0 { surface.rule(area, lists.bottom) }
    for column in isWide ? [bounds[0].right, bounds[1].right] : [bounds[0].right] {
      surface.put(surface.glyphs.teeDown, column, ruleY, .quiet)
      for row in lists.y..<lists.bottom { surface.put(surface.glyphs.vertical, column, row, .quiet) }
      if details > 0 { surface.put(surface.glyphs.teeUp, column, lists.bottom, .quiet) }
    }
    if details > 0 { drawDetails(into: &surface, in: Rect(x: area.x, y: lists.bottom + 1, columns: area.columns, rows: 2)) }
  }

  /// What a wide terminal has room for: what happened, and on a tall one the messages.
  private func drawAside(into surface: inout Surface, in area: Rect) {
    let noticeRows = area.rows >= 26 && area.columns >= 44 ? area.rows / 2 : area.rows
    NoticeList(model: model).render(into: &surface, in: area.prefix(rows: noticeRows))
    guard noticeRows < area.rows else { return }
    surface.put("MESSAGES", area.x + 1, area.y + noticeRows, .quiet)
    LadderView(model: model, selected: nil).render(into: &surface, in: area.droppingTop(noticeRows + 1))
  }

  // MARK: Contacts

  private func drawContacts(into surface: inout Surface, in area: Rect) {
    let contacts = model.shownContacts
    let hasFocus = model.homePane == .contacts && model.overlay == nil
    surface.put("CONTACTS", area.x + 1, area.y, hasFocus ? .title : .quiet)
    let isFiltered = contacts.count != model.snapshot.contacts.count
    let count = isFiltered ? "\(contacts.count) of \(model.snapshot.contacts.count)" : "\(contacts.count)"
    surface.putRight(count, endingAt: area.right - 1, area.y, .quiet)
    guard !contacts.isEmpty else {
      surface.put("No contacts yet.", area.x + 2, area.y + 2, .quiet, width: area.columns - 3)
      surface.put("Type a number or an address to call it.", area.x + 2, area.y + 3, .quiet, width: area.columns - 3)
      return
    }
    let labelColumns = min(10, contacts.map { CellText.columns(of: $0.label, glyphs: surface.glyphs) }.max() ?? 0)
    let nameColumns = min(24, max(12, area.columns * 52 / 100))
    let window = model.contactList.window(count: contacts.count, rows: area.rows - 1)
    for (row, index) in window.enumerated() {
      let y = area.y + 1 + row
      let contact = contacts[index]
      surface.put(contact.name, area.x + 2, y, width: nameColumns)
      surface.put(contact.label, area.x + 3 + nameColumns, y, .quiet, width: labelColumns)
      let x = area.x + 5 + nameColumns + labelColumns
      if area.right - x > 20 { surface.put(shortened(contact.uri), x, y, .quiet, width: area.right - 1 - x) }
      mark(index == model.contactList.selected, hasFocus: hasFocus, into: &surface, in: area, y)
    }
  }

  /// Marks the selected row; the terminal's cursor goes there when the list has the keyboard.
  private func mark(_ isSelected: Bool, hasFocus: Bool, into surface: inout Surface, in area: Rect, _ y: Int) {
    guard isSelected, hasFocus else { return }
    surface.put(surface.glyphs.selection, area.x, y, .accent)
    surface.restyle(Rect(x: area.x + 1, y: y, columns: area.columns - 1, rows: 1)) { _ in .selected }
    surface.cursor = Surface.Position(x: area.x + 2, y: y)
  }

  private func shortened(_ uri: String) -> String { uri.hasPrefix("sip:") ? String(uri.dropFirst(4)) : uri }

  // MARK: History

  private func drawHistory(into surface: inout Surface, in area: Rect) {
    let records = model.shownHistory
    let hasFocus = model.homePane == .history && model.overlay == nil
    var x = area.x + 1
    x += surface.put("HISTORY", x, area.y, hasFocus ? .title : .quiet) + 3
    for filter in TUIModel.HistoryFilter.allCases {
      let isChosen = filter == model.historyFilter
      x += surface.put(isChosen ? "[\(filter.rawValue)]" : " \(filter.rawValue) ", x, area.y, isChosen ? .bold : .quiet)
    }
    surface.putRight("\(records.count)", endingAt: area.right - 1, area.y, .quiet, width: max(0, area.right - 2 - x))
    guard !records.isEmpty else {
      let text = model.snapshot.history.isEmpty ? "No calls yet." : "No such call. f shows others."
      surface.put(text, area.x + 2, area.y + 2, .quiet, width: area.columns - 3)
      return
    }
    let now = model.options.localTime(model.now.wallTime)
    let window = model.historyList.window(count: records.count, rows: area.rows - 1)
    for (row, index) in window.enumerated() {
      let y = area.y + 1 + row
      let words = HistoryWords(record: records[index], glyphs: surface.glyphs)
      let record = records[index]
      surface.put(model.options.localTime(record.startedAt).short(beside: now), area.x + 1, y, .quiet, width: 5)
      surface.put(words.glyph, area.x + 7, y, words.isMissed ? .attention : .quiet)
      let outcome = words.outcome
      let outcomeColumns = min(14, CellText.columns(of: outcome, glyphs: surface.glyphs))
      let nameColumns = max(4, area.columns - 11 - outcomeColumns)
      let name = record.peerName.flatMap { $0.isEmpty ? nil : $0 }
      let used = surface.put(name ?? record.peerAddress, area.x + 9, y, words.isMissed ? .bold : .plain, width: nameColumns)
      if name != nil, nameColumns - used > 8, area.columns > 50 {
        surface.put(record.peerAddress, area.x + 11 + used, y, .quiet, width: nameColumns - used - 3)
      }
      surface.putRight(outcome, endingAt: area.right - 1, y, words.isMissed ? .bold : .quiet, width: outcomeColumns)
      mark(index == model.historyList.selected, hasFocus: hasFocus, into: &surface, in: area, y)
    }
  }

  // MARK: Details

  private func drawDetails(into surface: inout Surface, in area: Rect) {
    switch model.homePane {
    case .contacts:
      guard let contact = model.selectedContact else { return }
      let x = area.x + 1 + surface.put(contact.name, area.x + 1, area.y, .bold, width: 30) + 3
      surface.put(contact.uri, x, area.y, width: area.right - 1 - x)
      surface.put(lastCall(with: contact.uri) ?? "no call with them in the history", area.x + 1, area.y + 1, .quiet)
    case .history:
      guard let record = model.selectedRecord else { return }
      let words = HistoryWords(record: record, glyphs: surface.glyphs)
      let name = record.peerName.flatMap { $0.isEmpty ? nil : $0 } ?? record.peerAddress
      let x = area.x + 1 + surface.put(name, area.x + 1, area.y, .bold, width: 30) + 3
      surface.put(record.peerURI, x, area.y, width: area.right - 1 - x)
      let time = model.options.localTime(record.startedAt)
      surface.put(
        "\(time.weekdayName) \(time.year)-\(twoDigits(time.month))-\(twoDigits(time.day)) \(time.hourMinute)  \(words.sentence)"
          + "  account \(record.account)", area.x + 1, area.y + 1, .quiet, width: area.columns - 2)
    case .dial:
      surface.put("Enter calls what stands in the field: a number, a name or an address.", area.x + 1, area.y)
      let account = model.callingLine ?? model.snapshot.accounts.first.map { "as \($0.address)" } ?? ""
      surface.put(account, area.x + 1, area.y + 1, .quiet, width: area.columns - 2)
    }
  }

  private func lastCall(with uri: String) -> String? {
    guard let record = model.snapshot.history.first(where: { $0.peerURI == uri }) else { return nil }
    let time = model.options.localTime(record.startedAt)
    let now = model.options.localTime(model.now.wallTime)
    let day = time.dayNumber == now.dayNumber ? "today" : time.short(beside: now)
    return "last call: \(day) \(time.hourMinute), \(HistoryWords(record: record, glyphs: model.options.glyphs).sentence)"
  }
}
