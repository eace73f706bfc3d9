import Dispatch

/// Something that one thread waits for and another one opens, once.
final class Gate: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func open() {
    semaphore.signal()
  }

  /// False when it did not open in time.
  @discardableResult
  func wait(for timeout: Duration) -> Bool {
    let nanoseconds = Int(timeout.components.seconds) * 1_000_000_000 + Int(timeout.components.attoseconds / 1_000_000_000)
    return semaphore.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success
  }

  func wait() {
    semaphore.wait()
  }
}
