import CPlatform
import Synchronization

/// What a real-time thread and the media loop know of each other.
final class AudioStreamState: Sendable {
  /// Signalled when the capture thread has put sound into the ring. A playback thread wakes nobody: it says with `due` when it
  /// comes.
  let moved = WakeEvent()
  /// The same event's descriptor: to take the event out of this object would count a reference, which a real-time thread may not.
  private let movedDescriptor: Int32
  private let stopping = Atomic<Bool>(false)
  private let currentRate: Atomic<Int>
  private let currentBurst: Atomic<Int>
  private let nextDue = Atomic<Int64>(0)
  private let xrunCount = Atomic<Int>(0)
  private let shortfallCount = Atomic<Int>(0)

  init(rate: Int) {
    movedDescriptor = moved.descriptor
    currentRate = Atomic(rate)
    currentBurst = Atomic(rate / 50)
  }

  /// Called by the capture thread.
  @_noLocks
  func signalMoved() {
    cp_event_signal(movedDescriptor)
  }

  /// Set by the media loop, once.
  var isStopping: Bool { @_noLocks get { stopping.load(ordering: .acquiring) } }

  func stop() {
    stopping.store(true, ordering: .releasing)
  }

  /// Frames a second at which the ring is read or written; it changes when a device comes or goes.
  var rate: Int { currentRate.load(ordering: .acquiring) }

  /// Frames that the thread moves at once.
  var burst: Int { currentBurst.load(ordering: .acquiring) }

  func take(rate: Int, burst: Int) {
    currentRate.store(rate, ordering: .releasing)
    currentBurst.store(burst, ordering: .releasing)
  }

  /// When the playback thread takes the next burst out of the ring, in nanoseconds of the monotonic clock; 0 before the first.
  var due: Int64 { nextDue.load(ordering: .acquiring) }

  @_noLocks
  func setDue(_ time: Int64) {
    nextDue.store(time, ordering: .releasing)
  }

  /// How often the device ran dry or over.
  var xruns: Int { xrunCount.load(ordering: .relaxed) }

  @_noLocks
  func countXrun() {
    xrunCount.add(1, ordering: .relaxed)
  }

  /// How often silence was played because nothing was there in time.
  var shortfalls: Int { shortfallCount.load(ordering: .relaxed) }

  @_noLocks
  func countShortfall() {
    shortfallCount.add(1, ordering: .relaxed)
  }
}
