import Testing

@testable import SIPUserAgent

@Suite("Tables of sessions and transactions")
struct TableTests {
  @Test("What is set is found, what is set to nil is gone")
  func setAndForget() {
    var table = Table<Int, String>()
    table[7] = "seven"
    table[9] = "nine"
    #expect(table.count == 2)
    #expect(table[7] == "seven")
    table[7] = nil
    #expect(table[7] == nil)
    #expect(!table.contains(7))
    #expect(table.count == 1)
    #expect(table[9] == "nine")
  }

  @Test("A change through a key that nobody has makes nothing")
  func changeOfNothing() {
    var table = Table<Int, String>()
    table[1]?.append("x")
    table[1] = nil
    #expect(table.count == 0)
    #expect(table.removeValue(forKey: 1) == nil)
  }

  @Test("Places are given out again, and each key keeps its own value")
  func reuse() {
    var table = Table<Int, Int>()
    for key in 0..<100 { table[key] = key }
    for key in stride(from: 0, to: 100, by: 2) { #expect(table.removeValue(forKey: key) == key) }
    for key in 100..<150 { table[key] = key }
    for key in stride(from: 1, to: 100, by: 2) { table[key]? += 1000 }
    #expect(table.count == 100)
    for key in stride(from: 1, to: 100, by: 2) { #expect(table[key] == key + 1000) }
    for key in 100..<150 { #expect(table[key] == key) }
  }

  @Test("A copy of a table is a table of its own")
  func valueSemantics() {
    var table = Table<Int, String>()
    table[1] = "one"
    let copy = table
    table[1]?.append("!")
    #expect(copy[1] == "one")
    #expect(table[1] == "one!")
  }
}
