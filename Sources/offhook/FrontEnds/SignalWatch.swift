import Glibc
import PhoneSystem

/// Waits for signals on a thread of its own, where everything may be done; a handler may do next to nothing.
struct SignalWatch {
  private let signals = [SIGINT, SIGTERM, SIGHUP]

  /// Blocks the signals for this thread and all that are started from now on: make it before the signalling thread.
  init() {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Calls `action` for the first of them; a second one ends the program at once, for somebody who will not wait.
  func start(_ action: @escaping @Sendable () -> Void) {
    let signals = signals
    _ = SystemThread(name: "signals") {
      var set = sigset_t()
      unsafe sigemptyset(&set)
      for signal in signals { unsafe sigaddset(&set, signal) }
      var received: Int32 = 0
      unsafe sigwait(&set, &received)
      action()
      unsafe sigwait(&set, &received)
      _exit(128 + received)
    }
  }
}
