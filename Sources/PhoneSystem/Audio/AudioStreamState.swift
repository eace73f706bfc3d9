import Synchronization

/// What a real-time thread and the media loop know of each other.
final class AudioStreamState: Sendable {
  let isStopping = Atomic<Bool>(false)
  /// Frames a second at which the ring is read or written; it changes when a device comes or goes.
  let rate: Atomic<Int>
  /// Frames that the thread moves at once.
  let period: Atomic<Int>
  /// How often the device ran dry or over.
  let xruns = Atomic<Int>(0)
  /// How often silence was played because nothing was there in time.
  let shortfalls = Atomic<Int>(0)
  /// Signalled when the thread has moved a period.
  let moved = WakeEvent()

  init(rate: Int) {
    self.rate = Atomic(rate)
    period = Atomic(rate / 100)
  }

  func take(rate newRate: Int, period newPeriod: Int) {
    rate.store(newRate, ordering: .releasing)
    period.store(newPeriod, ordering: .releasing)
  }
}
