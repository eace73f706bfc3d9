/// The media loop's end of a loudspeaker or a bell: samples go in, a thread of its own takes them to the device.
final class PlaybackStream {
  let state: AudioStreamState
  /// What the caller asked for; the device may run at another rate.
  let wantedRate: Int
  private let writer: PCMWriter

  /// nil when no thread can be had.
  ///
  /// - Parameter report: called when the device works (nil) and when it stops to (a sentence), on the playback thread.
  init?(device: String, rate: Int, report: @escaping @Sendable (String?) -> Void) {
    let ends = PCMRingEnds(capacity: 16_384)
    let state = AudioStreamState(rate: rate)
    guard let writer = ends.takeWriter() else { return nil }
    let keeper = DeviceKeeper(name: device, isPlayback: true, rate: rate, periods: 3, state: state, report: report)
    let thread = SystemThread(name: "playback", stackSize: 256 * 1024) {
      if let reader = ends.takeReader() { PlaybackThread(keeper: keeper).run(reader) }
    }
    guard thread != nil else { return nil }
    self.state = state
    self.writer = writer
    wantedRate = rate
  }

  deinit {
    // The thread ends within a period and closes the device. Nobody waits for it: a call must not wait for the last one's end.
    state.stop()
  }

  /// Samples at `rate` that the thread should have now and has not.
  var missing: Int {
    max(state.period - writer.count, 0)
  }

  var rate: Int { state.rate }

  func write(_ samples: [Int16]) {
    _ = unsafe samples.withUnsafeBufferPointer { unsafe writer.write($0) }
  }
}
