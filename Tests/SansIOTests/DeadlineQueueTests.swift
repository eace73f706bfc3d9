import SansIO
import Testing

@Suite("Deadlines")
struct DeadlineQueueTests {
  private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

  @Test("Keys come out by their deadline, whatever the order they were set in")
  func order() {
    var queue = DeadlineQueue<String>()
    queue.schedule("late", at: at(3))
    queue.schedule("early", at: at(1))
    queue.schedule("middle", at: at(2))
    #expect(queue.next == at(1))
    #expect(
      [queue.popDue(now: at(5)), queue.popDue(now: at(5)), queue.popDue(now: at(5)), queue.popDue(now: at(5))] == [
        "early", "middle", "late", nil,
      ])
  }

  @Test("A key that is set again keeps only its latest deadline")
  func latestWins() {
    var queue = DeadlineQueue<String>()
    queue.schedule("a", at: at(1))
    queue.schedule("a", at: at(4))
    #expect(queue.next == at(4))
    #expect(queue.popDue(now: at(2)) == nil)
    #expect(queue.popDue(now: at(4)) == "a")
    #expect(queue.count == 0)
  }

  @Test("A key whose deadline is taken away never comes out")
  func takenAway() {
    var queue = DeadlineQueue<Int>()
    queue.schedule(7, at: at(1))
    queue.schedule(7, at: nil)
    #expect(queue.next == nil)
    #expect(queue.popDue(now: at(9)) == nil)
  }

  @Test("Nothing comes out before its time, and exactly at its time it does")
  func exactly() {
    var queue = DeadlineQueue<Int>()
    queue.schedule(1, at: at(2))
    #expect(queue.popDue(now: Instant(nanoseconds: 1_999_999_999)) == nil)
    #expect(queue.popDue(now: at(2)) == 1)
  }

  @Test("Equal deadlines come out in the order in which they were set")
  func ties() {
    var queue = DeadlineQueue<Int>()
    for key in [5, 3, 9, 1] { queue.schedule(key, at: at(1)) }
    #expect((0..<4).map { _ in queue.popDue(now: at(1)) } == [5, 3, 9, 1])
  }

  @Test("A thousand keys set again and again agree with a plain sorted list", arguments: [1, 2, 3])
  func model(seed: UInt64) {
    var random = RandomSource(seed: seed)
    var queue = DeadlineQueue<UInt64>()
    var wanted: [UInt64: Instant] = [:]
    for _ in 0..<5000 {
      let key = random.next(below: 1000)
      if random.next(below: 10) == 0 {
        queue.schedule(key, at: nil)
        wanted[key] = nil
      } else {
        let instant = at(Int64(random.next(below: 500)))
        queue.schedule(key, at: instant)
        wanted[key] = instant
      }
    }
    var last = at(0)
    while let due = queue.next {
      #expect(due >= last)
      last = due
      let key = queue.popDue(now: due)
      #expect(key.flatMap { wanted.removeValue(forKey: $0) } == due)
    }
    #expect(wanted.isEmpty)
  }
}
