import CPlatform
import Glibc

/// An eventfd: one thread signals, another one's `poll` returns.
final class WakeEvent: Sendable {
  /// To be polled for POLLIN; -1 when the process has no descriptors left, in which case `poll` ignores it.
  let descriptor: Int32

  init() {
    descriptor = max(cp_event_open(), -1)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  func signal() {
    cp_event_signal(descriptor)
  }

  func drain() {
    cp_event_drain(descriptor)
  }
}
