import CALSA
import Glibc

/// One open PCM handle, used by one thread.
///
/// Mono or stereo, 16 bits, at the device's own rate nearest to the wanted one: conversion is done in the media loop, where
/// its delay is known, and not by a plug-in.
@safe struct ALSADevice: ~Copyable {
  private let handle: OpaquePointer
  let name: String
  let isPlayback: Bool
  /// Frames a second.
  let rate: Int
  let channels: Int
  /// Frames between two interrupts of the device: 10 ms, or what it can do.
  let period: Int
  /// Frames that are moved at once: whole periods, 20 ms where the buffer holds them. A packet of sound has 20 ms, so moving less
  /// at once would only wake more threads.
  let burst: Int
  /// Frames that the device's buffer holds.
  let buffer: Int

  /// - Parameter periods: how many periods the buffer should hold.
  init(name: String, isPlayback: Bool, rate wantedRate: Int, periods: Int) throws(ALSAError) {
    calsa_silence()
    var opened: OpaquePointer?
    let direction = isPlayback ? SND_PCM_STREAM_PLAYBACK : SND_PCM_STREAM_CAPTURE
    let failure = unsafe snd_pcm_open(&opened, name, direction, Int32(SND_PCM_NONBLOCK))
    guard failure >= 0, let handle = unsafe opened else { throw ALSAError(code: failure, device: name, isPlayback: isPlayback) }
    let shape: Shape
    do throws(ALSAError) {
      shape = try unsafe Self.configure(handle, name: name, isPlayback: isPlayback, rate: wantedRate, periods: periods)
    } catch {
      unsafe snd_pcm_close(handle)
      throw error
    }
    unsafe self.handle = handle
    self.name = name
    self.isPlayback = isPlayback
    rate = shape.rate
    channels = shape.channels
    period = shape.period
    burst = shape.burst
    buffer = shape.buffer
  }

  deinit {
    // Without this ALSA plays what is left and waits for its end.
    unsafe snd_pcm_drop(handle)
    unsafe snd_pcm_close(handle)
  }

  private struct Shape {
    var rate: Int
    var channels: Int
    var period: Int
    var buffer: Int

    /// One period less than the buffer at most: while one part is played the next one is written.
    var burst: Int { period * max(1, min(rate / 50 / max(period, 1), buffer / max(period, 1) - 1)) }
  }

  private static func configure(
    _ handle: OpaquePointer, name: String, isPlayback: Bool, rate wantedRate: Int, periods: Int
  ) throws(ALSAError) -> Shape {
    func check(_ code: Int32) throws(ALSAError) {
      if code < 0 { throw ALSAError(code: code, device: name, isPlayback: isPlayback) }
    }
    var hardware: OpaquePointer?
    try check(unsafe snd_pcm_hw_params_malloc(&hardware))
    defer { unsafe snd_pcm_hw_params_free(hardware) }
    try check(unsafe snd_pcm_hw_params_any(handle, hardware))
    try check(unsafe snd_pcm_hw_params_set_access(handle, hardware, SND_PCM_ACCESS_RW_INTERLEAVED))
    try check(unsafe snd_pcm_hw_params_set_format(handle, hardware, SND_PCM_FORMAT_S16_LE))
    var channels = 1
    if unsafe snd_pcm_hw_params_set_channels(handle, hardware, 1) < 0 {
      channels = 2
      try check(unsafe snd_pcm_hw_params_set_channels(handle, hardware, 2))
    }
    unsafe snd_pcm_hw_params_set_rate_resample(handle, hardware, 0)
    var rate = UInt32(wantedRate)
    var direction: Int32 = 0
    try check(unsafe snd_pcm_hw_params_set_rate_near(handle, hardware, &rate, &direction))
    var period = snd_pcm_uframes_t(rate / 100)
    try check(unsafe snd_pcm_hw_params_set_period_size_near(handle, hardware, &period, &direction))
    var buffer = period * snd_pcm_uframes_t(periods)
    try check(unsafe snd_pcm_hw_params_set_buffer_size_near(handle, hardware, &buffer))
    try check(unsafe snd_pcm_hw_params(handle, hardware))
    try check(unsafe snd_pcm_hw_params_get_period_size(hardware, &period, &direction))
    try check(unsafe snd_pcm_hw_params_get_buffer_size(hardware, &buffer))

    let shape = Shape(rate: Int(rate), channels: channels, period: Int(period), buffer: Int(buffer))
    let burst = snd_pcm_uframes_t(shape.burst)
    var software: OpaquePointer?
    try check(unsafe snd_pcm_sw_params_malloc(&software))
    defer { unsafe snd_pcm_sw_params_free(software) }
    try check(unsafe snd_pcm_sw_params_current(handle, software))
    // Wakes the capture thread; the playback thread sleeps by the clock.
    try check(unsafe snd_pcm_sw_params_set_avail_min(handle, software, burst))
    try check(unsafe snd_pcm_sw_params_set_start_threshold(handle, software, isPlayback ? burst : 1))
    try check(unsafe snd_pcm_sw_params(handle, software))
    try check(unsafe snd_pcm_prepare(handle))
    return shape
  }

  /// Frames that can be written or read at once, as the device itself says and not as its last interrupt did; or a negative errno.
  @_noLocks
  func available() -> Int {
    Int(unsafe calsa_avail(handle))
  }

  /// Waits until a burst is due, or for `milliseconds`. Positive when it is due, 0 when the time passed, else a negative errno.
  @_noLocks
  func wait(milliseconds: Int32) -> Int32 {
    unsafe calsa_wait(handle, milliseconds)
  }

  /// The number of frames that were taken, or a negative errno.
  @_noLocks
  func write(_ samples: UnsafePointer<Int16>, frames: Int) -> Int {
    Int(unsafe calsa_write(handle, samples, snd_pcm_uframes_t(frames)))
  }

  /// The number of frames that were read, or a negative errno.
  @_noLocks
  func read(_ samples: UnsafeMutablePointer<Int16>, frames: Int) -> Int {
    Int(unsafe calsa_read(handle, samples, snd_pcm_uframes_t(frames)))
  }

  /// Sets a capture going; playback starts by itself when a burst has been written.
  @_noLocks
  func start() -> Int32 {
    unsafe calsa_start(handle)
  }

  /// Gets the device going again after an underrun, an overrun or a suspension. False when it is gone.
  @_noLocks
  func recover(from code: Int) -> Bool {
    guard code == -Int(EPIPE) || code == -Int(ESTRPIPE) || code == -Int(EINTR) else { return false }
    guard unsafe calsa_recover(handle, Int32(truncatingIfNeeded: code)) >= 0 else { return false }
    return isPlayback || start() >= 0
  }
}
