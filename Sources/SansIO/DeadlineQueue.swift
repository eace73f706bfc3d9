/// Wake-up times of many small machines, earliest first.
///
/// Nothing is ever cancelled. A key may be scheduled again and again: the latest `schedule` wins, and the entries before it are
/// skipped when they surface. A heap with stale entries costs O(log n) a step where a scan of all machines costs O(n).
public struct DeadlineQueue<Key: Hashable & Sendable>: Sendable {
  private struct Entry: Sendable {
    var instant: Instant
    var order: UInt64
    var key: Key
  }

  private var heap: [Entry] = []
  private var current: [Key: (instant: Instant, order: UInt64)] = [:]
  private var nextOrder: UInt64 = 0

  public init() {}

  /// The earliest deadline that is still wanted, or nil when nothing waits.
  public var next: Instant? {
    mutating get {
      dropStaleEntries()
      return heap.first?.instant
    }
  }

  /// How many keys wait.
  public var count: Int { current.count }

  /// Sets the one deadline of `key`; nil means that it waits for nothing any more.
  public mutating func schedule(_ key: Key, at instant: Instant?) {
    guard let instant else {
      current[key] = nil
      return
    }
    if let known = current[key], known.instant == instant { return }
    nextOrder += 1
    current[key] = (instant, nextOrder)
    heap.append(Entry(instant: instant, order: nextOrder, key: key))
    siftUp(from: heap.count - 1)
  }

  /// Takes out the earliest key whose deadline is not after `now`. Equal deadlines come in the order in which they were set.
  public mutating func popDue(now: Instant) -> Key? {
    dropStaleEntries()
    guard let first = heap.first, first.instant <= now else { return nil }
    current[first.key] = nil
    removeFirst()
    return first.key
  }

  private mutating func dropStaleEntries() {
    while let first = heap.first, current[first.key]?.order != first.order { removeFirst() }
  }

  private mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    siftDown()
  }

  private func isBefore(_ left: Entry, _ right: Entry) -> Bool {
    (left.instant, left.order) < (right.instant, right.order)
  }

  private mutating func siftUp(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard isBefore(heap[child], heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(heap[child], heap[least]) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
