import Phone
import SansIO

/// Screen 5: who was on the call and how the phone knew; and, when that has just changed, who it is now.
struct IdentityScreen {
  let model: TUIModel
  let call: CallSnapshot

  func render(into surface: inout Surface, in area: Rect) {
    var rest = area
    if let change = model.news(of: call) {
      let rows = drawChange(change, into: &surface, in: area.droppingTop(1))
      rest = area.droppingTop(rows + 2)
    }
    drawTimeline(into: &surface, in: rest)
  }

  private func drawChange(_ change: IdentityChange, into surface: inout Surface, in area: Rect) -> Int {
    let glyphs = model.options.glyphs
    let width = min(area.columns - 4, 86)
    var lines: [(String, String, String)] = [
      (
        "was", person(change.was),
        change.was.source == .dialled ? "you dialled this" : IdentityLines.mark(change.was.trust, glyphs)
      ),
      ("now", person(change.now), IdentityLines.mark(change.now.trust, glyphs)),
      ("why", change.why, ""),
    ]
    for warning in IdentityLines.warnings(change.now, glyphs) { lines.append(("", warning, "")) }
    let box = Rect(x: area.x + (area.columns - width) / 2, y: area.y, columns: width, rows: min(area.rows, lines.count + 3))
    surface.frame(
      box, title: "YOU ARE NOW TALKING TO SOMEBODY ELSE", right: model.options.localTime(change.at).hourMinuteSecond,
      style: .attention,
      titleStyle: .attention)
    for (row, line) in lines.enumerated() where box.y + 1 + row < box.bottom - 1 {
      let y = box.y + 1 + row
      surface.put(line.0, box.x + 3, y, .quiet)
      let markColumns = line.2.isEmpty ? 0 : min(26, width / 3)
      surface.put(line.1, box.x + 9, y, line.0 == "now" ? .bold : .plain, width: width - 12 - markColumns)
      if markColumns > 0 { surface.put(line.2, box.right - 2 - markColumns, y, width: markColumns) }
    }
    surface.put("Esc hides this.", box.x + 3, box.bottom - 2, .quiet, width: width - 6)
    return box.rows
  }

  private func person(_ peer: PeerSnapshot) -> String {
    peer.title == peer.address ? peer.address : "\(peer.title)   \(peer.address)"
  }

  private func drawTimeline(into surface: inout Surface, in area: Rect) {
    let glyphs = model.options.glyphs
    surface.put("WHO WAS ON THIS CALL", area.x + 3, area.y, .title)
    // The newest are worth more than the oldest when there is not room for all.
    let entries = call.timeline.suffix(max(0, area.rows - 3))
    let isWide = area.columns >= 76
    for (row, entry) in entries.enumerated() {
      let y = area.y + 1 + row
      surface.put(model.options.localTime(entry.at).hourMinuteSecond, area.x + 3, y, .quiet)
      surface.put(entry.words, area.x + 13, y, width: 15)
      let isPerson = entry.name != nil || entry.address != nil
      let mark = IdentityLines.mark(entry, glyphs)
      // What has no mark may have the room of one.
      let markX = isWide && !mark.isEmpty ? area.x + 54 : area.right
      if isPerson {
        let name = entry.kind == .claimed ? "“\(entry.name ?? "")”" : entry.name ?? entry.address ?? ""
        surface.put(
          name + (entry.name == nil || entry.address == entry.name ? "" : entry.address.map { "  \($0)" } ?? ""), area.x + 29, y,
          entry.kind == .changed ? .bold : .plain, width: markX - area.x - 30)
        if isWide { surface.put(mark, markX, y, width: area.right - markX - 1) }
      } else {
        surface.put(mark, area.x + 29, y, .quiet, width: area.columns - 30)
      }
    }
    let legend = area.y + 2 + entries.count
    guard legend < area.bottom else { return }
    surface.put(
      "\(glyphs.checked) checked here    \(glyphs.provider) said by your provider    \(glyphs.claimed) said by the other side only",
      area.x + 3, legend, .quiet, width: area.columns - 4)
  }
}

extension TUIModel {
  /// A change of who is there that the user has not put away yet.
  func news(of call: CallSnapshot) -> IdentityChange? {
    guard call.isAnswered, let change = call.identityChange else { return nil }
    return seenChanges.contains { $0.call == call.id && $0.at == change.at } ? nil : change
  }

  /// The call whose people are shown in place of its sound.
  var identityCall: CallSnapshot? {
    guard view == .calls, let call = shownCall else { return nil }
    return showsPeople || news(of: call) != nil ? call : nil
  }

  /// Esc: false when there was nothing to put away.
  mutating func hidePeople() -> Bool {
    guard let call = identityCall else { return false }
    showsPeople = false
    if let change = news(of: call) { seenChanges.append((call.id, change.at)) }
    if seenChanges.count > 32 { seenChanges.removeFirst() }
    return true
  }
}
