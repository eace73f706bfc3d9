/// Reads an input as a row of decisions: beyond its end every decision is 0, so that each input is a whole story.
struct Choices {
  private let bytes: [UInt8]
  private(set) var index = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { index >= bytes.count }

  mutating func byte() -> UInt8 {
    guard index < bytes.count else { return 0 }
    index += 1
    return bytes[index - 1]
  }

  /// A number from 0 up to, not including, `bound`, which is at most 256.
  mutating func next(below bound: Int) -> Int { Int(byte()) % bound }

  mutating func wide() -> UInt16 { UInt16(byte()) << 8 | UInt16(byte()) }

  mutating func flag() -> Bool { byte() & 1 == 1 }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[next(below: elements.count)] }

  /// A byte that says how many, and as many bytes; fewer when there are no more.
  mutating func chunk() -> [UInt8] { take(Int(byte())) }

  mutating func take(_ count: Int) -> [UInt8] {
    let end = min(bytes.count, index + count)
    let taken = Array(bytes[index..<end])
    index = end
    return taken
  }

  mutating func rest() -> [UInt8] { take(bytes.count - index) }
}
