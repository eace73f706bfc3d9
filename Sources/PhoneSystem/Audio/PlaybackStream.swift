/// The media loop's end of a loudspeaker or a bell: samples go in, a thread of its own takes them to the device.
final class PlaybackStream {
  let state: AudioStreamState
  /// What the caller asked for; the device may run at another rate.
  let wantedRate: Int
  private let writer: PCMWriter
  private var lastFill: Int64 = 0

  /// nil when no thread can be had.
  ///
  /// - Parameter report: called when the device works (nil) and when it stops to (a sentence), on the playback thread.
  init?(device: String, rate: Int, report: @escaping @Sendable (String?) -> Void) {
    let ends = PCMRingEnds(capacity: 16_384)
    let state = AudioStreamState(rate: rate)
    guard let writer = ends.takeWriter() else { return nil }
    let keeper = DeviceKeeper(name: device, isPlayback: true, rate: rate, periods: 4, state: state, report: report)
    let thread = SystemThread(name: "playback", stackSize: 256 * 1024) {
      if let reader = ends.takeReader() { PlaybackThread(keeper: keeper).run(reader) }
    }
    guard thread != nil else { return nil }
    self.state = state
    self.writer = writer
    wantedRate = rate
  }

  deinit {
    // The thread ends within a burst and closes the device. Nobody waits for it: a call must not wait for the last one's end.
    state.stop()
  }

  /// How long before the thread takes it sound is put into the ring: later would be heard sooner, and could come too late.
  private static let lead: Int64 = 4_000_000

  /// When sound is to be put into the ring, in nanoseconds of the monotonic clock.
  var fillTime: Int64 {
    // What is there already is for the burst that is due; the one after it is a burst later, as far as can be said now.
    let isFilled = missing == 0
    return (isFilled ? max(state.due, lastFill) + Int64(state.burst) * 1_000_000_000 / Int64(max(rate, 1)) : state.due) - Self.lead
  }

  /// Samples at `rate` that the thread wants next and are not in the ring.
  var missing: Int {
    max(state.burst - writer.count, 0)
  }

  var rate: Int { state.rate }

  /// - Parameter time: now, on the monotonic clock.
  func write(_ samples: [Int16], at time: Int64) {
    lastFill = time
    _ = unsafe samples.withUnsafeBufferPointer { unsafe writer.write($0) }
  }
}
