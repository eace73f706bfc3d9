import Locking

/// A value that is known later than the closures that need it, or that changes on one thread and is read on others.
final class LateBound<Value: Sendable>: Sendable {
  private let stored = Lock<Value?>(nil)

  var value: Value? { stored.withLock { $0 } }

  func set(_ value: Value) {
    stored.withLock { $0 = value }
  }
}
