/// Which row of a list is selected. What is shown around it follows from the room there is.
struct ListState: Hashable, Sendable {
  var selected = 0

  mutating func move(_ action: Action, count: Int, page: Int) {
    switch action {
    case .up: selected -= 1
    case .down: selected += 1
    case .pageUp: selected -= max(1, page)
    case .pageDown: selected += max(1, page)
    case .first: selected = 0
    case .last: selected = count - 1
    default: break
    }
    clamp(count: count)
  }

  mutating func clamp(count: Int) { selected = max(0, min(selected, count - 1)) }

  /// The rows to show: the selected one stays near the middle of a long list.
  func window(count: Int, rows: Int) -> Range<Int> {
    guard count > 0, rows > 0 else { return 0..<0 }
    let top = max(0, min(selected - rows / 2, count - rows))
    return top..<min(count, top + rows)
  }
}
