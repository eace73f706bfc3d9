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
      let scratch = UnsafeMutableBufferPointer<Int16>.allocate(capacity: max(keeper.rate / 100, 1))
      defer { unsafe scratch.deallocate() }
      keeper.pace(for: nanoseconds) { _ = unsafe reader.read(into: scratch) }
    }
  }

  /// Returns when told to stop (nil) or when the device is lost.
  private func play(_ device: borrowing ALSADevice, _ reader: borrowing PCMReader) -> ALSAError? {
    let state = keeper.state
    let period = device.period
    let channels = device.channels
    let mono = UnsafeMutableBufferPointer<Int16>.allocate(capacity: period)
    let interleaved = UnsafeMutableBufferPointer<Int16>.allocate(capacity: period * channels)
    defer {
      unsafe mono.deallocate()
      unsafe interleaved.deallocate()
    }
    guard let frames = unsafe UnsafePointer(interleaved.baseAddress) else { return nil }
    // Waits without an answer, in tenths of a second.
    var silentWaits = 0
    // From here to the end of the loop: no lock, no allocation.
    while !state.isStopping {
      let ready = device.wait(milliseconds: 100)
      let available = ready < 0 ? Int(ready) : device.available()
      if available < 0 {
        guard device.recover(from: available) else { return keeper.loss(available) }
        state.countXrun()
        continue
      }
      if ready == 0 {
        silentWaits += 1
        if silentWaits > 20 { return keeper.loss(-Int(EIO)) }
        continue
      }
      silentWaits = 0
      // The sound may still come: the device plays from its buffer until 3 ms are left. What comes earlier loses nothing by waiting
      // until then, so one sleep does; a wake-up each millisecond cost more than the call itself.
      let spare = device.buffer - available - device.rate * 3 / 1000
      if reader.count < period, spare > 0 {
        cp_sleep(Int64(max(spare, device.rate / 1000)) * 1_000_000_000 / Int64(device.rate))
        continue
      }
      let count = unsafe reader.read(into: mono)
      if count < period { state.countShortfall() }
      for index in 0..<period {
        let sample = index < count ? unsafe mono[index] : 0
        for channel in 0..<channels { unsafe interleaved[index * channels + channel] = sample }
      }
      let written = unsafe device.write(frames, frames: period)
      if written < 0, written != -Int(EAGAIN) {
        guard device.recover(from: written) else { return keeper.loss(written) }
        state.countXrun()
      }
      state.moved.signal()
    }
    return nil
  }
}
