import CPlatform
import Glibc

/// Takes what a device hears into a ring, in real time; while there is no device, silence at the same pace.
struct CaptureThread {
  let keeper: DeviceKeeper

  func run(_ writer: consuming PCMWriter) {
    let writer = writer
    keeper.run { device in
      capture(device, writer)
    } idle: { nanoseconds in
      let silence = UnsafeMutableBufferPointer<Int16>.allocate(capacity: max(keeper.rate / 50, 1))
      unsafe silence.initialize(repeating: 0)
      defer { unsafe silence.deallocate() }
      keeper.pace(for: nanoseconds) {
        _ = unsafe writer.write(UnsafeBufferPointer(silence))
        keeper.state.signalMoved()
      }
    }
  }

  /// Returns when told to stop (nil) or when the device is lost.
  private func capture(_ device: borrowing ALSADevice, _ writer: borrowing PCMWriter) -> ALSAError? {
    let interleaved = UnsafeMutableBufferPointer<Int16>.allocate(capacity: device.burst * device.channels)
    let mono = UnsafeMutableBufferPointer<Int16>.allocate(capacity: device.burst)
    unsafe interleaved.initialize(repeating: 0)
    unsafe mono.initialize(repeating: 0)
    defer {
      unsafe interleaved.deallocate()
      unsafe mono.deallocate()
    }
    let loss = unsafe Self.loop(keeper.state, device, writer, interleaved, mono)
    return loss == 0 ? nil : keeper.loss(loss)
  }

  /// The loop itself: the compiler refuses locks, allocations and reference counts in it, and in all that it calls.
  ///
  /// - Returns: 0 when told to stop, else the negative errno with which the device was lost.
  @_noLocks
  private static func loop(
    _ state: AudioStreamState, _ device: borrowing ALSADevice, _ writer: borrowing PCMWriter,
    _ interleaved: UnsafeMutableBufferPointer<Int16>, _ mono: UnsafeMutableBufferPointer<Int16>
  ) -> Int {
    guard let frames = interleaved.baseAddress else { return 0 }
    let burst = device.burst
    let channels = device.channels
    let started = Int(device.start())
    if started < 0 { return started }
    // Waits without an answer, in tenths of a second.
    var silentWaits = 0
    while !state.isStopping {
      let ready = device.wait(milliseconds: 100)
      if ready == 0 {
        silentWaits += 1
        if silentWaits > 20 { return -Int(EIO) }
        continue
      }
      silentWaits = 0
      let count = ready < 0 ? Int(ready) : unsafe device.read(frames, frames: burst)
      if count == -Int(EAGAIN) {
        // Whatever a device does, a real-time thread must not turn at full speed.
        cp_sleep(1_000_000)
        continue
      }
      if count < 0 {
        guard device.recover(from: count) else { return count }
        state.countXrun()
        continue
      }
      for index in 0..<count {
        var sum = 0
        for channel in 0..<channels { sum += unsafe Int(interleaved[index * channels + channel]) }
        unsafe mono[index] = Int16(truncatingIfNeeded: sum / channels)
      }
      _ = unsafe writer.write(UnsafeBufferPointer(rebasing: mono[0..<count]))
      state.signalMoved()
    }
    return 0
  }
}
