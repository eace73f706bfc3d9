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
  /// Frames that are moved at once: 10 ms, or what the device can do.
  let period: Int
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

    var software: OpaquePointer?
    try check(unsafe snd_pcm_sw_params_malloc(&software))
    defer { unsafe snd_pcm_sw_params_free(software) }
    try check(unsafe snd_pcm_sw_params_current(handle, software))
    // A playback thread sleeps until one period is left: what is written later is heard sooner.
    let wakeAt = isPlayback && buffer > 2 * period ? buffer - period : period
    try check(unsafe snd_pcm_sw_params_set_avail_min(handle, software, wakeAt))
    try check(unsafe snd_pcm_sw_params_set_start_threshold(handle, software, isPlayback ? min(2 * period, buffer) : 1))
    try check(unsafe snd_pcm_sw_params(handle, software))
    try check(unsafe snd_pcm_prepare(handle))
    return Shape(rate: Int(rate), channels: channels, period: Int(period), buffer: Int(buffer))
  }

  /// Frames that can be written or read at once, or a negative errno.
  func available() -> Int {
    Int(unsafe snd_pcm_avail_update(handle))
  }

  /// Waits until a period is due, or for `milliseconds`. Positive when it is due, 0 when the time passed, else a negative errno.
  func wait(milliseconds: Int32) -> Int32 {
    unsafe snd_pcm_wait(handle, milliseconds)
  }

  /// The number of frames that were taken, or a negative errno.
  func write(_ samples: UnsafePointer<Int16>, frames: Int) -> Int {
    Int(unsafe snd_pcm_writei(handle, samples, snd_pcm_uframes_t(frames)))
  }

  /// The number of frames that were read, or a negative errno.
  func read(_ samples: UnsafeMutablePointer<Int16>, frames: Int) -> Int {
    Int(unsafe snd_pcm_readi(handle, samples, snd_pcm_uframes_t(frames)))
  }

  /// Sets a capture going; playback starts by itself when two periods have been written.
  func start() -> Int32 {
    unsafe snd_pcm_start(handle)
  }

  /// Gets the device going again after an underrun, an overrun or a suspension. False when it is gone.
  func recover(from code: Int) -> Bool {
    guard code == -Int(EPIPE) || code == -Int(ESTRPIPE) || code == -Int(EINTR) else { return false }
    guard unsafe snd_pcm_recover(handle, Int32(code), 1) >= 0 else { return false }
    return isPlayback || start() >= 0
  }
}
