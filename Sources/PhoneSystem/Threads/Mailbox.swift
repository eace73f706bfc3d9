import Locking

/// Values handed to a thread that waits in `poll`, in the order in which they were posted.
public final class Mailbox<Element: Sendable>: Sendable {
  private struct Contents {
    var elements: [Element] = []
    var isSignalled = false
  }

  private let contents = Lock(Contents())
  private let event = WakeEvent()

  public init() {}

  /// Readable while something waits.
  public var descriptor: Int32 { event.descriptor }

  /// May be called on any thread; never blocks for longer than a copy takes.
  public func post(_ element: Element) {
    let isFirst = contents.withLock { contents in
      contents.elements.append(element)
      defer { contents.isSignalled = true }
      return !contents.isSignalled
    }
    if isFirst { event.signal() }
  }

  /// Posts what can wait until the thread wakes for another reason.
  public func postQuietly(_ element: Element) {
    contents.withLock { $0.elements.append(element) }
  }

  /// Everything that was posted since the last call.
  public func takeAll() -> [Element] {
    // In this order: what is posted in between is taken now and signalled again, once too often and never too seldom.
    event.drain()
    return contents.withLock { contents in
      let taken = contents.elements
      contents.elements = []
      contents.isSignalled = false
      return taken
    }
  }

  /// Only the newest, for values that replace one another such as snapshots; nil when nothing came.
  public func takeLatest() -> Element? {
    takeAll().last
  }
}
