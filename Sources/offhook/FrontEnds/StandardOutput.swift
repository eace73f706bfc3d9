import Glibc
import Locking

/// Lines to standard output, whole and in order, from any thread.
final class StandardOutput: Sendable {
  private let lock = Lock(())

  func write(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    lock.withLock { _ in
      var sent = 0
      while sent < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress! + sent, bytes.count - sent) }
        if count < 0, errno == EINTR { continue }
        // Nobody listens any more; the phone goes on until its input ends or a signal comes.
        guard count > 0 else { return }
        sent += count
      }
    }
  }
}
