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
      let silence = UnsafeMutableBufferPointer<Int16>.allocate(capacity: max(keeper.rate / 100, 1))
      unsafe silence.initialize(repeating: 0)
      defer { unsafe silence.deallocate() }
      keeper.pace(for: nanoseconds) { _ = unsafe writer.write(UnsafeBufferPointer(silence)) }
    }
  }

  /// Returns when told to stop (nil) or when the device is lost.
  private func capture(_ device: borrowing ALSADevice, _ writer: borrowing PCMWriter) -> ALSAError? {
    let state = keeper.state
    let period = device.period
    let channels = device.channels
    let interleaved = UnsafeMutableBufferPointer<Int16>.allocate(capacity: period * channels)
    let mono = UnsafeMutableBufferPointer<Int16>.allocate(capacity: period)
    unsafe interleaved.initialize(repeating: 0)
    unsafe mono.initialize(repeating: 0)
    defer {
      unsafe interleaved.deallocate()
      unsafe mono.deallocate()
    }
    guard let frames = interleaved.baseAddress else { return nil }
    let started = Int(device.start())
    if started < 0 { return keeper.loss(started) }
    // Waits without an answer, in tenths of a second.
    var silentWaits = 0
    // From here to the end of the loop: no lock, no allocation.
    while !state.isStopping {
      let ready = device.wait(milliseconds: 100)
      if ready == 0 {
        silentWaits += 1
        if silentWaits > 20 { return keeper.loss(-Int(EIO)) }
        continue
      }
      silentWaits = 0
      let count = ready < 0 ? Int(ready) : unsafe device.read(frames, frames: period)
      if count == -Int(EAGAIN) { continue }
      if count < 0 {
        guard device.recover(from: count) else { return keeper.loss(count) }
        state.countXrun()
        continue
      }
      for index in 0..<count {
        var sum = 0
        for channel in 0..<channels { sum += unsafe Int(interleaved[index * channels + channel]) }
        unsafe mono[index] = Int16(truncatingIfNeeded: sum / channels)
      }
      _ = unsafe writer.write(UnsafeBufferPointer(rebasing: mono[0..<count]))
      state.moved.signal()
    }
    return nil
  }
}
