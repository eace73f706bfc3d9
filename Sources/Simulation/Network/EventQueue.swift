internal import SansIO

/// What is under way, earliest first; what was put in first comes out first among equals.
struct EventQueue<Payload: Sendable>: Sendable {
  private struct Entry: Sendable {
    var instant: Instant
    var order: UInt64
    var payload: Payload
  }

  private var heap: [Entry] = []
  private var nextOrder: UInt64 = 0

  var next: Instant? { heap.first?.instant }
  var isEmpty: Bool { heap.isEmpty }

  mutating func push(_ payload: Payload, at instant: Instant) {
    heap.append(Entry(instant: instant, order: nextOrder, payload: payload))
    nextOrder += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard isBefore(child, parent) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes out the earliest payload whose time is not after `now`.
  mutating func pop(now: Instant) -> Payload? {
    guard let first = heap.first, first.instant <= now else { return nil }
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, least) { least = child }
      guard least != parent else { return first.payload }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    let left = heap[left]
    let right = heap[right]
    return left.instant == right.instant ? left.order < right.order : left.instant < right.instant
  }
}
