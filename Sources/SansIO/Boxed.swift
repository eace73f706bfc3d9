/// A large value behind one reference, so that handing it on costs one reference count instead of one for each of its parts. It
/// stays a value: who changes it while others hold it changes a copy of their own.
///
/// Everything is inlinable, because a box that is not specialised costs more than the copies that it spares.
public struct Boxed<Value: Sendable>: Sendable {
  /// Written through `value` only, and there by its one owner.
  @usableFromInline
  final class Storage: @unchecked Sendable {
    @usableFromInline var value: Value

    @inlinable
    init(_ value: consuming Value) {
      self.value = value
    }
  }

  @usableFromInline var storage: Storage

  @inlinable
  public init(_ value: consuming Value) {
    storage = Storage(value)
  }

  @inlinable public var value: Value {
    _read { yield storage.value }
    _modify {
      if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
      yield &storage.value
    }
  }
}

extension Boxed: Equatable where Value: Equatable {
  @inlinable
  public static func == (left: Boxed, right: Boxed) -> Bool {
    left.storage === right.storage || left.storage.value == right.storage.value
  }
}

extension Boxed: Hashable where Value: Hashable {
  @inlinable
  public func hash(into hasher: inout Hasher) {
    storage.value.hash(into: &hasher)
  }
}
