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
      let left = 2 * parent + 1
      if left < heap.count, isBefore(left, least) { least = left }
      if left + 1 < heap.count, isBefore(left + 1, least) { least = left + 1 }
      guard least != parent else { return first.payload }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    (heap[left].instant, heap[left].order) < (heap[right].instant, heap[right].order)
  }
}
