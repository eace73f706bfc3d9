import Phone
import SansIO
import Testing

@testable import PhoneTUI

@Suite("The : line, find, help and resizing")
struct FieldTests {
  @Test("Tab completes a command and a contact, Enter runs it, Up brings it back")
  func commandLine() {
    var stage = Stage()
    stage.show(Cast.idle())
    stage.type(":dia")
    stage.press(.tab)
    stage.type("B")
    stage.press(.tab)
    #expect(stage.text.contains(":dial Bob Baker"))
    stage.press(.enter)
    #expect(stage.takeCommands() == [.dial("Bob Baker", account: nil)])
    stage.type(":")
    stage.press(.up)
    #expect(stage.text.contains(":dial Bob Baker"))
  }

  @Test("A command that is not understood changes nothing and says what was expected")
  func wrongCommand() {
    var stage = Stage()
    stage.show(Cast.idle())
    stage.type(":hld")
    stage.press(.enter)
    #expect(stage.takeCommands().isEmpty)
    #expect(stage.text.contains("There is no command hld."))
    #expect(stage.text.contains(":hld"))
  }

  @Test(":quit asks as q does")
  func quitCommand() {
    var stage = Stage()
    stage.show(Cast.idle())
    stage.type(":quit")
    stage.press(.enter)
    #expect(stage.effects.isEmpty)
    #expect(stage.text.contains("LEAVE THE PHONE?"))
  }

  @Test("Find looks through contacts, history and commands; a number can be dialled as it is")
  func find() {
    var stage = Stage()
    stage.show(Cast.idle())
    stage.type("/taxi")
    #expect(stage.text.contains("1 match"))
    stage.press(.enter)
    #expect(stage.takeCommands() == [.dial("sip:+4930261026@example.com", account: "alice@example.com")])
    stage.type("/110")
    stage.press(.enter)
    #expect(stage.takeCommands() == [.dial("110", account: nil)])
    stage.type("/answer-m")
    stage.press(.enter)
    #expect(stage.text.contains(":answer-muted"))
  }

  @Test("Help can be searched")
  func help() {
    var stage = Stage()
    stage.show(Cast.idle())
    stage.type("?/microphone")
    #expect(stage.text.contains("Mute"))
    #expect(!stage.text.contains("Redraw"))
    stage.press(.escape, .escape)
    #expect(stage.text.contains("CONTACTS"))
  }

  @Test("The text of a message can be read in full and scrolled")
  func traceText() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.trace = Cast.trace()
    snapshot.trace[8].text = (1...60).map { "Line-\($0): x" }.joined(separator: "\r\n")
    stage.show(snapshot)
    stage.type("t")
    stage.press(.enter, .end)
    #expect(stage.text.contains("Line-60"))
    stage.press(.home)
    #expect(stage.text.contains("Line-1:"))
    stage.press(.escape)
    #expect(stage.text.contains("this phone"))
  }

  @Test("Every size has a picture of exactly that size, with the call's state in it")
  func everySize() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.talking(at: stage.now)]
    snapshot.selectedCall = CallID(1)
    snapshot.trace = Cast.trace()
    stage.show(snapshot)
    for view in [Key.character("c"), .character("t"), .character("?")] {
      stage.press(view)
      for (columns, rows) in [(200, 50), (131, 40), (120, 30), (80, 24), (60, 15), (59, 15), (60, 14), (40, 10), (12, 2), (1, 1)] {
        stage.resize(columns: columns, rows: rows)
        let surface = stage.model.render()
        #expect(surface.columns == columns && surface.rows == rows)
        if columns >= 12 { #expect(surface.text.contains("TALKING"), "\(columns)x\(rows)") }
      }
    }
  }
}
