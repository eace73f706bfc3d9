import Phone
import SansIO

/// The messages between this phone and the network as a ladder, oldest at the top.
struct LadderView {
  let model: TUIModel
  /// Index into the snapshot's trace; nil marks none and shows the newest.
  let selected: Int?

  private static let timeColumns = 15

  func render(into surface: inout Surface, in area: Rect) {
    let trace = model.snapshot.trace
    guard area.rows > 1 else { return }
    let arrowColumns = max(20, min(56, area.columns - Self.timeColumns - 24))
    let left = area.x + Self.timeColumns
    let right = left + arrowColumns
    surface.put("time", area.x + 2, area.y, .quiet)
    surface.put("this phone", max(area.x, left - 4), area.y, .quiet)
    surface.putRight("network", endingAt: min(area.right, right + 4), area.y, .quiet)
    guard !trace.isEmpty else {
      surface.put("No message has crossed yet.", area.x + 2, area.y + 2, .quiet)
      return
    }
    let list = ListState(selected: selected ?? trace.count - 1)
    for (row, index) in list.window(count: trace.count, rows: area.rows - 1).enumerated() {
      let y = area.y + 1 + row
      draw(trace[index], before: index > 0 ? trace[index - 1] : nil, isFirst: row == 0, into: &surface, area, y, left, right)
      if index == selected {
        surface.put(surface.glyphs.selection, area.x, y, .accent)
        surface.restyle(Rect(x: area.x + 1, y: y, columns: area.columns - 1, rows: 1)) { $0.adding(.reverse) }
        surface.cursor = Surface.Position(x: area.x + 1, y: y)
      }
    }
  }

  private func draw(
    _ entry: TraceEntry, before: TraceEntry?, isFirst: Bool, into surface: inout Surface, _ area: Rect, _ y: Int, _ left: Int,
    _ right: Int
  ) {
    let glyphs = surface.glyphs
    surface.putRight(time(entry, before: before, isFirst: isFirst), endingAt: left - 1, y, .quiet)
    surface.put(glyphs.vertical, left, y, .quiet)
    surface.put(glyphs.vertical, right, y, .quiet)
    for column in left + 1..<right { surface.put(glyphs.line, column, y, .quiet) }
    let isFailure = isFailureStatus(entry.summary)
    let text = " \(entry.summary) "
    let room = right - left - 7
    surface.put(text, left + 4, y, isFailure ? .attention : .bold, width: room)
    if entry.isOutgoing {
      surface.put(glyphs.arrowRight, right - 1, y, .accent)
    } else {
      surface.put(glyphs.arrowLeft, left + 1, y, .accent)
    }
    surface.put("\(entry.transport) \(entry.peer)", right + 2, y, .quiet, width: max(0, area.right - right - 2))
  }

  /// The time of day on the first row and after a pause, else the distance to the message before.
  private func time(_ entry: TraceEntry, before: TraceEntry?, isFirst: Bool) -> String {
    let milliseconds = Int(((entry.at.nanosecondsSince1970 / 1_000_000) % 1000 + 1000) % 1000)
    let absolute = "\(model.options.localTime(entry.at).hourMinuteSecond).\(threeDigits(milliseconds))"
    guard let before, !isFirst else { return absolute }
    let distance = Int((entry.at - before.at).wholeMilliseconds)
    guard distance >= 0, distance < 60_000 else { return absolute }
    return "+\(distance / 1000 == 0 ? "" : String(distance / 1000)).\(threeDigits(distance % 1000))"
  }

  private func threeDigits(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 3 - text.count)) + text
  }

  /// 4xx to 6xx, except the questions for credentials that are part of every sign-in.
  private func isFailureStatus(_ summary: String) -> Bool {
    guard let first = summary.first, "456".contains(first), let status = Int(summary.prefix(3)) else { return false }
    return status != 401 && status != 407
  }
}
