import CPlatform
import Glibc
import PhoneSystem
import SansIO

/// What other threads reported, and a way to wait for something among it: no test sleeps.
final class Arrivals<Element: Sendable>: @unchecked Sendable {
  // Sendable: `seen` is touched by the waiting test only.
  private let mailbox = Mailbox<Element>()
  private var seen: [Element] = []

  /// Everything so far, for a failed expectation to show.
  var all: [Element] {
    seen += mailbox.takeAll()
    return seen
  }

  func post(_ element: Element) {
    mailbox.post(element)
  }

  /// The first element that `match` makes something of, among those that came or will come; nil when none did in time.
  func first<Result>(within time: Duration = .seconds(10), _ match: (Element) -> Result?) -> Result? {
    let deadline = SystemClock().instant + time
    var next = 0
    while true {
      seen += mailbox.takeAll()
      while next < seen.count {
        if let result = match(seen[next]) { return result }
        next += 1
      }
      let left = (deadline - SystemClock().instant).wholeNanoseconds
      guard left > 0 else { return nil }
      var descriptor = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
      _ = unsafe cp_poll(&descriptor, 1, left)
    }
  }

  func contains(within time: Duration = .seconds(10), _ match: (Element) -> Bool) -> Bool {
    first(within: time) { match($0) ? true : nil } ?? false
  }
}

/// Waits for something that nobody reports, such as a file.
func eventually(within time: Duration = .seconds(10), _ condition: () -> Bool) -> Bool {
  let deadline = SystemClock().instant + time
  while SystemClock().instant < deadline {
    if condition() { return true }
    cp_sleep(5_000_000)
  }
  return condition()
}
