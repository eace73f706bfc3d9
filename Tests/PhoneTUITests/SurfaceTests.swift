import Phone
import Testing

@testable import PhoneTUI

@Suite("The surface: cells, widths and what may not reach a terminal")
struct SurfaceTests {
  private func row(_ text: String, columns: Int = 20, glyphs: Glyphs = .unicode) -> String {
    var surface = Surface(columns: columns, rows: 1, glyphs: glyphs)
    surface.put(text, 0, 0)
    return surface.text
  }

  @Test("Control characters become a replacement sign; writing-direction marks vanish")
  func hostileText() {
    #expect(row("a\u{1B}[31mb") == "a\u{FFFD}[31mb")
    #expect(row("a\u{7}\u{0}\u{9B}b") == "a\u{FFFD}\u{FFFD}\u{FFFD}b")
    #expect(row("a\r\nb") == "a\u{FFFD}b")
    #expect(row("\u{202E}evil\u{2066}\u{200F}") == "evil")
    #expect(row("a\u{2028}b\u{E000}c") == "a\u{FFFD}b\u{FFFD}c")
  }

  @Test("No scalar that moves a cursor is ever in a cell, whatever the names are")
  func everyScalar() {
    var surface = Surface(columns: 5, rows: 1)
    for value in UInt32(0)...0x2FFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      surface.put("x\(Character(scalar))y", 0, 0)
      for cell in surface.cells {
        #expect(!cell.text.unicodeScalars.contains { CharacterWidth.kind(of: $0) == .forbidden }, "U+\(String(value, radix: 16))")
      }
    }
  }

  @Test("Wide characters take two cells and are never cut in half")
  func wide() {
    #expect(row("田中太郎", columns: 8) == "田中太郎")
    #expect(row("田中太郎", columns: 7) == "田中太…")
    #expect(row("田中太郎", columns: 6) == "田中…")
    var surface = Surface(columns: 6, rows: 1)
    surface.put("田中", 0, 0)
    surface.put("x", 1, 0)
    #expect(surface.text == " x中")
  }

  @Test("Marks stay with their letter, at most four; cutting happens between graphemes")
  func marks() {
    #expect(row("e\u{301}clair", columns: 3) == "e\u{301}c…")
    let zalgo = "a" + String(repeating: "\u{301}", count: 50) + "b"
    #expect(row(zalgo).unicodeScalars.count == 6)
    #expect(row("👨‍👩‍👧 x") == "👨 x")
  }

  @Test("Without Unicode every other character is one question mark")
  func ascii() {
    #expect(row("Ångström 田\u{1B}", glyphs: .ascii) == "?ngstr?m ??")
  }

  @Test("Writing outside the surface does nothing")
  func outside() {
    var surface = Surface(columns: 4, rows: 2)
    surface.put("abc", 4, 0)
    surface.put("abc", 0, 2)
    surface.put("abc", -1, 0)
    surface.put("abc", 0, -1)
    #expect(surface.text == "\n")
  }

  @Test("A caller's name full of escape sequences is shown harmless on every screen")
  func hostileCaller() {
    var stage = Stage()
    var snapshot = Cast.idle()
    let name = "\u{1B}]0;owned\u{7}\u{1B}[2J\u{202E}Eve\u{0}" + String(repeating: "W", count: 500)
    let peer = PeerSnapshot(name: name, nameIsOurs: false, address: name, uri: name, trust: .saidByPeer)
    snapshot.calls = [Cast.ringing(1, peer, at: stage.now)]
    snapshot.notices = [Notice(at: Stage.monday, level: .failure, text: name)]
    snapshot.contacts.append(ContactSnapshot(name: name, label: name, uri: name))
    for key in [nil, Key.escape, .character("t"), .character("?"), .character("/")] {
      stage.show(snapshot)
      if let key { stage.press(key) }
      for size in [(80, 24), (200, 50), (60, 15), (30, 5), (1, 1)] {
        stage.resize(columns: size.0, rows: size.1)
        let surface = stage.model.render()
        #expect(
          surface.cells.allSatisfy { cell in cell.text.unicodeScalars.allSatisfy { CharacterWidth.kind(of: $0) != .forbidden } })
      }
    }
  }
}
