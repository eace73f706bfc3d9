import SansIO
import Testing

@Suite("Values behind one reference")
struct BoxedTests {
  @Test("A copy that is changed leaves the other as it was")
  func valueSemantics() {
    let first = Boxed([1, 2])
    var second = first
    second.value.append(3)
    #expect(first.value == [1, 2])
    #expect(second.value == [1, 2, 3])
  }

  @Test("Boxes are equal when their values are")
  func equality() {
    #expect(Boxed("a") == Boxed("a"))
    #expect(Boxed("a") != Boxed("b"))
    #expect(Boxed("a").hashValue == Boxed("a").hashValue)
  }
}
