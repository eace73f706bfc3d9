/// Wake-up times of many small machines, earliest first.
///
/// Nothing is ever cancelled. A key may be scheduled again and again: the latest `schedule` wins, and the entries before it are
/// dropped when they surface. A heap with stale entries costs O(log n) a step where a scan of all machines costs O(n). The top of
/// the heap is never stale, so that asking for the next deadline, which happens at every step, costs nothing.
///
/// Everything is inlinable, because each room has a key of its own and a generic heap that is not specialised costs several times
/// more.
public struct DeadlineQueue<Key: Hashable & Sendable>: Sendable {
  @usableFromInline
  struct Entry: Sendable {
    @usableFromInline var instant: Instant
    @usableFromInline var order: UInt64
    @usableFromInline var key: Key

    @inlinable
    init(instant: Instant, order: UInt64, key: Key) {
      self.instant = instant
      self.order = order
      self.key = key
    }
  }

  @usableFromInline var heap: [Entry] = []
  @usableFromInline var current: [Key: (instant: Instant, order: UInt64)] = [:]
  @usableFromInline var nextOrder: UInt64 = 0

  @inlinable
  public init() {}

  /// The earliest deadline that is still wanted, or nil when nothing waits.
  @inlinable public var next: Instant? {
    heap.first?.instant
  }

  /// How many keys wait.
  @inlinable public var count: Int { current.count }

  /// Sets the one deadline of `key`; nil means that it waits for nothing any more.
  @inlinable
  public mutating func schedule(_ key: Key, at instant: Instant?) {
    guard let instant else {
      if let known = current.removeValue(forKey: key), known.order == heap.first?.order { dropStaleEntries() }
      return
    }
    let known = current[key]
    if let known, known.instant == instant { return }
    nextOrder += 1
    current[key] = (instant, nextOrder)
    heap.append(Entry(instant: instant, order: nextOrder, key: key))
    siftUp(from: heap.count - 1)
    // An entry that was at the top and is not wanted any more; the new one may have gone above it.
    if let known, known.order == heap.first?.order { dropStaleEntries() }
  }

  /// Takes out the earliest key whose deadline is not after `now`. Equal deadlines come in the order in which they were set.
  @inlinable
  public mutating func popDue(now: Instant) -> Key? {
    guard let first = heap.first, first.instant <= now else { return nil }
    current[first.key] = nil
    removeFirst()
    dropStaleEntries()
    return first.key
  }

  @inlinable
  mutating func dropStaleEntries() {
    while let first = heap.first, current[first.key]?.order != first.order { removeFirst() }
  }

  @inlinable
  mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    siftDown()
  }

  @inlinable
  func isBefore(_ left: Entry, _ right: Entry) -> Bool {
    (left.instant, left.order) < (right.instant, right.order)
  }

  @inlinable
  mutating func siftUp(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard isBefore(heap[child], heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  @inlinable
  mutating func siftDown() {
    var parent = 0
    while true {
      var least = parent
      let left = 2 * parent + 1
      if left < heap.count, isBefore(heap[left], heap[least]) { least = left }
      if left + 1 < heap.count, isBefore(heap[left + 1], heap[least]) { least = left + 1 }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
