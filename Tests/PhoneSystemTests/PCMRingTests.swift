import Testing

@testable import PhoneSystem

@Suite("The ring between a real-time thread and the media loop")
struct PCMRingTests {
  @Test("A million samples cross between two threads in order, none lost and none twice")
  func crossing() {
    let ends = PCMRingEnds(capacity: 1000)
    let total = 1_000_000
    let thread = SystemThread(name: "writer") {
      guard let writer = ends.takeWriter() else { return }
      var sent = 0
      while sent < total {
        let samples = (sent..<min(sent + 160, total)).map { Int16(truncatingIfNeeded: $0) }
        sent += unsafe samples.withUnsafeBufferPointer { unsafe writer.write($0) }
      }
    }
    guard let reader = ends.takeReader() else {
      Issue.record("no reader")
      return
    }
    var next = 0
    var buffer = [Int16](repeating: 0, count: 333)
    while next < total {
      let count = unsafe buffer.withUnsafeMutableBufferPointer { unsafe reader.read(into: $0) }
      for sample in buffer.prefix(count) {
        guard sample == Int16(truncatingIfNeeded: next) else {
          Issue.record("sample \(next) is \(sample)")
          return
        }
        next += 1
      }
    }
    thread?.join()
    let left = reader.count
    #expect(left == 0)
  }

  @Test("What does not fit is not taken, and there is one reader and one writer")
  func bounds() {
    let ends = PCMRingEnds(capacity: 8)
    guard let writer = ends.takeWriter(), let reader = ends.takeReader() else {
      Issue.record("no ends")
      return
    }
    let samples = [Int16](1...10)
    let written = unsafe samples.withUnsafeBufferPointer { unsafe writer.write($0) }
    #expect(written == 8)
    var target = [Int16](repeating: 0, count: 4)
    let taken = unsafe target.withUnsafeMutableBufferPointer { unsafe reader.read(into: $0) }
    #expect(taken == 4)
    let left = writer.count
    #expect(target == [1, 2, 3, 4] && left == 4)
    switch ends.takeWriter() {
    case .some: Issue.record("a second writer")
    case .none: break
    }
  }
}
