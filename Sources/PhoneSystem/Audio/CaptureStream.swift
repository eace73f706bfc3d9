/// The media loop's end of a microphone: a thread of its own puts in what the device hears.
final class CaptureStream {
  let state: AudioStreamState
  let wantedRate: Int
  private let reader: PCMReader

  /// nil when no thread can be had.
  ///
  /// - Parameter report: called when the device works (nil) and when it stops to (a sentence), on the capture thread.
  init?(device: String, rate: Int, report: @escaping @Sendable (String?) -> Void) {
    let ends = PCMRingEnds(capacity: 16_384)
    let state = AudioStreamState(rate: rate)
    guard let reader = ends.takeReader() else { return nil }
    // A large buffer costs no time here: what was heard is fetched as soon as a period is full.
    let keeper = DeviceKeeper(name: device, isPlayback: false, rate: rate, periods: 16, state: state, report: report)
    let thread = SystemThread(name: "capture", stackSize: 256 * 1024) {
      if let writer = ends.takeWriter() { CaptureThread(keeper: keeper).run(writer) }
    }
    guard thread != nil else { return nil }
    self.state = state
    self.reader = reader
    wantedRate = rate
  }

  deinit {
    state.stop()
  }

  var rate: Int { state.rate }

  /// Everything that was heard since the last call, at `rate`.
  func read() -> [Int16] {
    let count = reader.count
    guard count > 0 else { return [] }
    var samples = [Int16](repeating: 0, count: count)
    let taken = unsafe samples.withUnsafeMutableBufferPointer { unsafe reader.read(into: $0) }
    return taken == count ? samples : Array(samples.prefix(taken))
  }
}
