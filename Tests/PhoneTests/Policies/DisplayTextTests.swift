import Testing

@testable import Phone

@Suite("Text of others")
struct DisplayTextTests {
  @Test(
    "Control, escape, direction and imitating characters go; white space folds",
    arguments: [
      ("Alice", "Alice"), ("  A\t\n B  ", "A B"), ("\u{1B}]0;x\u{7}y", "]0;xy"), ("\u{202E}evil\u{202C}", "evil"),
      ("✓✔☑ Bank 🛡🔒", "Bank"), ("a\u{200B}\u{FEFF}b", "ab"), ("é日本", "é日本"),
      ("e\u{301}\u{301}\u{301}\u{301}\u{301}x", "e\u{301}\u{301}\u{301}x"),
    ])
  func cleaned(raw: String, shown: String) {
    #expect(DisplayText.bounded(raw).map { Array($0.unicodeScalars) } == Array(shown.unicodeScalars))
  }

  @Test("Nothing is left of nothing")
  func nothing() {
    #expect(DisplayText.bounded("\u{1B}\u{202E} ✓") == nil)
    #expect(DisplayText.bounded("") == nil)
  }

  @Test(
    "Length is bounded, the ellipsis counted, and no letter loses its accents",
    arguments: [
      (String(repeating: "x", count: 1000), "xxxx…"), ("abcde", "abcde"), ("äbcde", "äbcde"), ("äbcdef", "äbcd…"),
      ("abcd ef", "abcd…"), ("abc de", "abc…"), ("abce\u{301}\u{301}", "abc…"), ("abe\u{301}\u{302}f", "ab…"),
    ])
  func long(raw: String, shown: String) {
    #expect(DisplayText.bounded(raw, to: 5).map { Array($0.unicodeScalars) } == Array(shown.unicodeScalars))
    #expect(DisplayText.bounded(shown, to: 5) == shown)
  }
}
