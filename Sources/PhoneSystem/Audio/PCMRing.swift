import Locking
import Synchronization

/// Samples on their way between a real-time thread and the media loop: one producer, one consumer, no lock, no allocation.
///
/// The indices only grow; their difference is what waits. Each is written by one side, released after the samples were copied and
/// acquired by the other before it copies, so a sample is never touched by both.
@safe private final class PCMRing: @unchecked Sendable {
  // Sendable: the parts of `samples` on either side of the indices belong to one thread each, as said above; and there is one
  // writer and one reader, because neither can be copied.
  let samples: UnsafeMutablePointer<Int16>
  let mask: Int
  let written = Atomic<Int>(0)
  let read = Atomic<Int>(0)

  init(capacity: Int) {
    var size = 1
    while size < capacity { size *= 2 }
    mask = size - 1
    unsafe samples = .allocate(capacity: size)
    unsafe samples.initialize(repeating: 0, count: size)
  }

  deinit {
    unsafe samples.deallocate()
  }
}

/// The producer's end of a ring.
struct PCMWriter: ~Copyable, Sendable {
  private let ring: PCMRing

  fileprivate init(ring: PCMRing) {
    self.ring = ring
  }

  /// What waits to be read.
  var count: Int {
    ring.written.load(ordering: .relaxed) - ring.read.load(ordering: .acquiring)
  }

  /// Appends what fits and returns how much that was.
  @_noLocks
  func write(_ source: UnsafeBufferPointer<Int16>) -> Int {
    let start = ring.written.load(ordering: .relaxed)
    let room = ring.mask + 1 - (start - ring.read.load(ordering: .acquiring))
    let count = min(room, source.count)
    for index in 0..<count { unsafe ring.samples[(start + index) & ring.mask] = source[index] }
    ring.written.store(start + count, ordering: .releasing)
    return count
  }
}

/// The consumer's end of a ring.
struct PCMReader: ~Copyable, Sendable {
  private let ring: PCMRing

  fileprivate init(ring: PCMRing) {
    self.ring = ring
  }

  var count: Int {
    ring.written.load(ordering: .acquiring) - ring.read.load(ordering: .relaxed)
  }

  /// Takes out what there is, `target.count` at most, and returns how much that was.
  @_noLocks
  func read(into target: UnsafeMutableBufferPointer<Int16>) -> Int {
    let start = ring.read.load(ordering: .relaxed)
    let count = min(ring.written.load(ordering: .acquiring) - start, target.count)
    for index in 0..<count { unsafe target[index] = ring.samples[(start + index) & ring.mask] }
    ring.read.store(start + count, ordering: .releasing)
    return count
  }
}

/// Both ends of a new ring, to be taken by one thread each.
final class PCMRingEnds: Sendable {
  private let ends = Lock((hasWriter: true, hasReader: true))
  private let ring: PCMRing

  /// `capacity` in samples, rounded up to a power of two.
  init(capacity: Int) {
    ring = PCMRing(capacity: capacity)
  }

  /// nil after the first call: there is one writer.
  func takeWriter() -> PCMWriter? {
    let isFirst = ends.withLock { ends in
      defer { ends.hasWriter = false }
      return ends.hasWriter
    }
    return isFirst ? PCMWriter(ring: ring) : nil
  }

  /// nil after the first call: there is one reader.
  func takeReader() -> PCMReader? {
    let isFirst = ends.withLock { ends in
      defer { ends.hasReader = false }
      return ends.hasReader
    }
    return isFirst ? PCMReader(ring: ring) : nil
  }
}
