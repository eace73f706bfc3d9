import Synchronization

/// What a real-time thread and the media loop know of each other.
final class AudioStreamState: Sendable {
  /// Signalled when the thread has moved a period.
  let moved = WakeEvent()
  private let stopping = Atomic<Bool>(false)
  private let currentRate: Atomic<Int>
  private let currentPeriod: Atomic<Int>
  private let xrunCount = Atomic<Int>(0)
  private let shortfallCount = Atomic<Int>(0)

  init(rate: Int) {
    currentRate = Atomic(rate)
    currentPeriod = Atomic(rate / 100)
  }

  /// Set by the media loop, once.
  var isStopping: Bool { stopping.load(ordering: .acquiring) }

  func stop() {
    stopping.store(true, ordering: .releasing)
  }

  /// Frames a second at which the ring is read or written; it changes when a device comes or goes.
  var rate: Int { currentRate.load(ordering: .acquiring) }

  /// Frames that the thread moves at once.
  var period: Int { currentPeriod.load(ordering: .acquiring) }

  func take(rate: Int, period: Int) {
    currentRate.store(rate, ordering: .releasing)
    currentPeriod.store(period, ordering: .releasing)
  }

  /// How often the device ran dry or over.
  var xruns: Int { xrunCount.load(ordering: .relaxed) }

  func countXrun() {
    xrunCount.add(1, ordering: .relaxed)
  }

  /// How often silence was played because nothing was there in time.
  var shortfalls: Int { shortfallCount.load(ordering: .relaxed) }

  func countShortfall() {
    shortfallCount.add(1, ordering: .relaxed)
  }
}
