import Phone

/// Asked before the phone is left.
struct QuitQuestion {
  let model: TUIModel

  func render(into surface: inout Surface) {
    let calls = model.snapshot.calls.filter(\.canBeHungUp)
    var lines: [(String, Style)] = []
    if calls.isEmpty {
      lines.append(("No call is in progress.", .plain))
      lines.append(("While the phone is closed, nobody can reach you on it.", .plain))
    } else {
      for call in calls.prefix(4) { lines.append(("\(call.peer.title)  \(call.stateWord)", .bold)) }
      lines.append(
        (calls.count == 1 ? "Quitting hangs up this call." : "Quitting hangs up these \(calls.count) calls.", .attention))
    }
    if model.options.canDetach { lines.append(("Detaching leaves the phone running without its screen.", .plain)) }
    let detach = model.options.canDetach ? "   d Detach" : ""
    lines.append(("", .plain))
    lines.append(("y \(calls.isEmpty ? "Quit" : "Hang up and quit")\(detach)   Esc Stay", .title))
    let width = min(surface.columns - 4, 62)
    let height = lines.count + 4
    let box = Rect(
      x: (surface.columns - width) / 2, y: max(0, (surface.rows - height) / 2 - 1), columns: width, rows: height)
    surface.clear(box)
    surface.frame(box, title: "LEAVE THE PHONE?", style: .plain, titleStyle: .attention)
    for (row, line) in lines.enumerated() { surface.put(line.0, box.x + 3, box.y + 2 + row, line.1, width: width - 6) }
    surface.cursor = Surface.Position(x: box.x + 3, y: box.y + 1 + lines.count)
  }
}
