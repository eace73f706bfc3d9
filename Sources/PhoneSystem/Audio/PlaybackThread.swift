import CPlatform
import Glibc

/// Takes samples from a ring to a device, in real time; while there is no device, to nowhere at the same pace.
struct PlaybackThread {
  let keeper: DeviceKeeper

  func run(_ reader: consuming PCMReader) {
    let reader = reader
    keeper.run { device in
      play(device, reader)
    } idle: { nanoseconds in
      let scratch = UnsafeMutableBufferPointer<Int16>.allocate(capacity: max(keeper.rate / 50, 1))
      defer { unsafe scratch.deallocate() }
      keeper.pace(for: nanoseconds) { _ = unsafe reader.read(into: scratch) }
    }
  }

  /// Returns when told to stop (nil) or when the device is lost.
  private func play(_ device: borrowing ALSADevice, _ reader: borrowing PCMReader) -> ALSAError? {
    let mono = UnsafeMutableBufferPointer<Int16>.allocate(capacity: device.burst)
    let interleaved = UnsafeMutableBufferPointer<Int16>.allocate(capacity: device.burst * device.channels)
    unsafe mono.initialize(repeating: 0)
    unsafe interleaved.initialize(repeating: 0)
    defer {
      unsafe mono.deallocate()
      unsafe interleaved.deallocate()
    }
    let loss = unsafe Self.loop(keeper.state, device, reader, mono, interleaved)
    return loss == 0 ? nil : keeper.loss(loss)
  }

  /// The loop itself: the compiler refuses locks, allocations and reference counts in it, and in all that it calls.
  ///
  /// - Returns: 0 when told to stop, else the negative errno with which the device was lost.
  @_noLocks
  private static func loop(
    _ state: AudioStreamState, _ device: borrowing ALSADevice, _ reader: borrowing PCMReader,
    _ mono: UnsafeMutableBufferPointer<Int16>, _ interleaved: UnsafeMutableBufferPointer<Int16>
  ) -> Int {
    guard let frames = unsafe UnsafePointer(interleaved.baseAddress) else { return 0 }
    let burst = device.burst
    let channels = device.channels
    // What is still to be played when the next burst is written: little is soon heard, and more is for a machine on which this
    // thread was late.
    let most = max(device.buffer - burst, 0)
    var reserve = min(device.rate * 3 / 1000, most)
    var lastWrite = cp_monotonic_time()
    while !state.isStopping {
      let now = cp_monotonic_time()
      let available = device.available()
      if available < 0 {
        guard device.recover(from: available) else { return available }
        state.countXrun()
        reserve = min(reserve + device.rate / 200, most)
        // Whatever a device does, a real-time thread must not turn at full speed.
        cp_sleep(1_000_000)
        continue
      }
      let spare = device.buffer - available - reserve
      if spare > 0 {
        // A device that plays nothing for two seconds is gone, whatever it says.
        if now - lastWrite > 2_000_000_000 { return -Int(EIO) }
        let sleep = Int64(max(spare, device.rate / 1000)) * 1_000_000_000 / Int64(device.rate)
        state.setDue(now + sleep)
        cp_sleep(sleep)
        continue
      }
      let count = unsafe reader.read(into: mono)
      if count < burst { state.countShortfall() }
      for index in 0..<burst {
        let sample = index < count ? unsafe mono[index] : 0
        for channel in 0..<channels { unsafe interleaved[index * channels + channel] = sample }
      }
      let written = unsafe device.write(frames, frames: burst)
      if written > 0 {
        lastWrite = now
        continue
      }
      if written != -Int(EAGAIN) {
        guard device.recover(from: written) else { return written }
        state.countXrun()
      }
      cp_sleep(1_000_000)
    }
    return 0
  }
}
