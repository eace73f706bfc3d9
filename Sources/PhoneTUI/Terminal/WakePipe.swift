import Glibc

/// A way for other threads and for signal handlers to end the sleep of the screen's loop.
///
/// It lives as long as the process: a signal may still be on its way when the loop has ended.
struct WakePipe: Sendable {
  let reading: Int32
  let writing: Int32

  /// nil when the process has no descriptors left.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return nil }
    (reading, writing) = (ends[0], ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
  }

  /// A full pipe wakes as well as a fresh byte does, so what cannot be written is not missed.
  func wake(_ byte: UInt8 = UInt8(ascii: "S")) {
    var byte = byte
    _ = unsafe write(writing, &byte, 1)
  }

  /// The bytes that came since the last time.
  func drain() -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 256)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(reading, $0.baseAddress, $0.count) }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }
}
