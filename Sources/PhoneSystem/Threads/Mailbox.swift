import Locking

/// Values handed to a thread that waits in `poll`, in the order in which they were posted.
public final class Mailbox<Element: Sendable>: Sendable {
  private let elements = Lock<[Element]>([])
  private let event = WakeEvent()

  public init() {}

  /// Readable while something waits.
  public var descriptor: Int32 { event.descriptor }

  /// May be called on any thread; never blocks for longer than a copy takes.
  public func post(_ element: Element) {
    let wasEmpty = elements.withLock { elements in
      elements.append(element)
      return elements.count == 1
    }
    if wasEmpty { event.signal() }
  }

  /// Everything that was posted since the last call.
  public func takeAll() -> [Element] {
    event.drain()
    return elements.withLock { elements in
      let taken = elements
      elements = []
      return taken
    }
  }

  /// Only the newest, for values that replace one another such as snapshots; nil when nothing came.
  public func takeLatest() -> Element? {
    takeAll().last
  }
}
