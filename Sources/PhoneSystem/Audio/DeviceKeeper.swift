import CPlatform

/// Opens a sound device, uses it until it is lost, and tries again: what playback and capture threads have in common.
///
/// While there is no device, `idle` stands in for it at the pace of the clock, so calls go on without sound.
struct DeviceKeeper {
  let name: String
  let isPlayback: Bool
  let rate: Int
  let periods: Int
  let state: AudioStreamState
  /// Told nil when the device works and a sentence when it does not; each change once.
  let report: @Sendable (String?) -> Void

  /// Returns when the state says stop. `use` returns nil when it was told to stop, else why the device is lost.
  func run(use: (borrowing ALSADevice) -> ALSAError?, idle: (_ nanoseconds: Int64) -> Void) {
    // Refused without the right to it, which is no trouble worth a word.
    _ = cp_make_realtime(20)
    var said: String??
    var busyTries = 0
    func say(_ sentence: String?) {
      if said != .some(sentence) { report(sentence) }
      said = sentence
    }
    while !state.isStopping {
      var pause: Int64 = 1_000_000_000
      do throws(ALSAError) {
        let device = try ALSADevice(name: name, isPlayback: isPlayback, rate: rate, periods: periods)
        state.take(rate: device.rate, burst: device.burst)
        say(nil)
        busyTries = 0
        if let loss = use(device) { say(loss.sentence) }
      } catch {
        busyTries += 1
        if error.isBusy, busyTries <= 10 {
          // Most likely our own last stream, about to close.
          pause = 50_000_000
        } else {
          say(error.sentence)
        }
      }
      state.take(rate: rate, burst: rate / 50)
      idle(pause)
    }
  }

  /// Calls `step` each 20 ms for a while, without drifting.
  func pace(for nanoseconds: Int64, _ step: () -> Void) {
    let start = cp_monotonic_time()
    var next = start
    while next - start < nanoseconds, !state.isStopping {
      next += 20_000_000
      state.setDue(next)
      cp_sleep(max(next - cp_monotonic_time(), 0))
      step()
    }
  }

  func loss(_ code: Int) -> ALSAError {
    ALSAError(code: Int32(clamping: code), device: name, isPlayback: isPlayback)
  }
}
