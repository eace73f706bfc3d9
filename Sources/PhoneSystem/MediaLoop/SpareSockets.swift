import Locking
import SansIO

/// A pair of sockets that waits for the next call, so that an answer need not wait until some were bound.
final class SpareSockets: Sendable {
  private let sockets = Lock<MediaSockets?>(nil)

  /// The pair, if it is bound to `address`. Nobody knows its ports yet: what was sent to them is thrown away.
  func take(for address: IPAddress) -> MediaSockets? {
    let taken = sockets.withLock { sockets -> MediaSockets? in
      guard sockets?.address == address else { return nil }
      defer { sockets = nil }
      return sockets
    }
    taken?.discardReceived()
    return taken
  }

  func isHeld(for address: IPAddress) -> Bool {
    sockets.withLock { $0?.address == address }
  }

  func put(_ new: MediaSockets?) {
    sockets.withLock { $0 = new }
  }

  /// Closes the pair; false when there was none.
  @discardableResult
  func clear() -> Bool {
    sockets.withLock { sockets in
      defer { sockets = nil }
      return sockets != nil
    }
  }
}
