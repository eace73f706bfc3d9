import SansIO
import Testing

@Suite("Injected randomness")
struct RandomSourceTests {
  @Test("The same seed gives the same tokens")
  func repeatable() {
    var first = RandomSource(seed: 42)
    var second = RandomSource(seed: 42)
    #expect((0..<20).map { _ in first.token(bits: 64) } == (0..<20).map { _ in second.token(bits: 64) })
  }

  @Test("A token has as many hexadecimal digits as its bits need", arguments: [(64, 16), (96, 24), (65, 17), (128, 32)])
  func length(bits: Int, digits: Int) {
    var source = RandomSource(seed: 1)
    let token = source.token(bits: bits)
    #expect(token.count == digits)
    #expect(token.allSatisfy { $0.isHexDigit && !$0.isUppercase })
  }

  @Test("A bounded number stays below its bound and reaches all values")
  func bounded() {
    var source = RandomSource(seed: 7)
    var seen: Set<UInt64> = []
    for _ in 0..<1000 { seen.insert(source.next(below: 7)) }
    #expect(seen == Set(0..<7))
  }

  @Test("A fraction lies from 0 up to 1")
  func fraction() {
    var source = RandomSource(seed: 9)
    for _ in 0..<1000 { #expect((0..<1).contains(source.nextFraction())) }
  }

  @Test("A split source goes its own way, and a copied one goes the same way")
  func split() {
    var source = RandomSource(seed: 3)
    var copy = source
    var part = source.split()
    _ = copy.split()
    #expect(source.nextUInt64() == copy.nextUInt64())
    #expect(part.nextUInt64() != source.nextUInt64())
  }
}
