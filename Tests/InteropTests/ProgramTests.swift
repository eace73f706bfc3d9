import Foundation
import Testing

@Suite("The program itself", .serialized, .timeLimit(.minutes(3)))
struct ProgramTests {
  @Test("In the demo the echo gives back what the microphone hears, and the call ends in history")
  func echo() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let sound = try SoundCard(workplace, microphones: [("default", 440)])
    let phone = try HeadlessPhone(demoIn: workplace, environment: sound.environment)
    #expect(phone.next("registration", ["state": "ready"]) != nil)
    phone.say("dial 210")
    #expect(phone.next("call", ["state": "talking", "microphone": "open"]) != nil)
    #expect(sound.hears(440, on: "default"))
    phone.say("hangup")
    #expect(phone.next("call", ["state": "ended", "outcome": "answered"]) != nil)
    #expect(phone.quit() == 0)
  }

  @Test("The dispatcher calls back, and nobody is heard before the call is answered")
  func dispatcher() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let phone = try HeadlessPhone(demoIn: workplace)
    #expect(phone.next("registration", ["state": "ready"]) != nil)
    phone.say("dial 202")
    #expect(phone.next("call", ["state": "talking"]) != nil)
    phone.say("hangup")
    #expect(phone.next("call", ["state": "ringing", "direction": "incoming", "microphone": "shut"]) != nil)
    phone.say("answer")
    #expect(phone.next("call", ["state": "talking", "microphone": "open"]) != nil)
    #expect(phone.quit() == 0)
  }

  @Test("The linear form tells the intercom's call in sentences, and the microphone opens by a typed word")
  func linear() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let child = try ChildProcess(Workplace.program, ["demo", "--linear"], environment: try workplace.homes("linear"))
    defer { child.stop() }
    #expect(child.says("Linear mode:"))
    #expect(child.says("is ready: calls to it reach this phone."))
    child.write("dial 230")
    #expect(child.says("Attention: Call from Intercom was answered automatically; your microphone is shut."))
    #expect(child.says("it was answered by itself, talk lets them hear you."))
    child.write("policy why")
    #expect(child.says("Rule 1 decides: answered, the microphone shut until you talk."))
    child.write("talk")
    #expect(child.says("The microphone is OPEN."))
    child.write("dial 222")
    #expect(child.says("ALERT: from inside (source:internal)", within: 20))
    child.write("1")
    #expect(child.says("Inside bell: talking"))
    child.write("quit")
    #expect(child.waitForExit(within: 8) == 0)
  }

  @Test("Calls and rules of the demo are not those of the phone")
  func demoIsApart() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let homes = try workplace.homes("demo")
    let phone = try HeadlessPhone(demoIn: workplace)
    #expect(phone.next("registration", ["state": "ready"]) != nil)
    phone.say("policy add from=anyone then=ring")
    phone.say("dial 213")
    #expect(phone.next("call", ["state": "ended"]) != nil)
    #expect(phone.quit() == 0)
    let (code, past) = try Workplace.run(Workplace.program, ["history"], environment: homes)
    #expect(code == 0 && past.isEmpty, "\(past)")
    let data = try #require(homes["XDG_DATA_HOME"]) + "/offhook"
    #expect(FileManager.default.fileExists(atPath: data + "/demo/answer-rules"))
    #expect(!FileManager.default.fileExists(atPath: data + "/answer-rules"))
  }

  @Test("A phone that begins while another one of the same user runs says so; one that runs alone does not")
  func secondPhone() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let configuration = """
      [[accounts]]
      address = "sip:a@127.0.0.1"
      register = false
      [network]
      listen = ["udp:127.0.0.1:0"]

      """
    let words = "Another Offhook of yours is running"
    func phone() throws -> HeadlessPhone { try HeadlessPhone(workplace, configuration: configuration) }
    let first = try phone()
    // Its answer comes after whatever it had to say at its beginning.
    first.say("dnd on")
    #expect(first.next("message", ["text": "Do not disturb: callers hear busy."]) != nil)
    let second = try phone()
    second.say("dnd on")
    #expect(second.next("message", ["text": "Do not disturb: callers hear busy."]) != nil)
    #expect(!first.child.transcript.contains(words))
    #expect(second.child.transcript.contains(words))
    #expect(first.quit() == 0)
    #expect(second.quit() == 0)
    let third = try phone()
    #expect(third.quit() == 0)
    #expect(!third.child.transcript.contains(words))
  }

  @Test("What offhook policy lists and tries are the rules in force: those edited at the phone, until the configuration changes")
  func rulesInForce() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let configuration = """
      [[accounts]]
      address = "sip:a@127.0.0.1"
      register = false
      [network]
      listen = ["udp:127.0.0.1:0"]

      """
    let phone = try HeadlessPhone(workplace, configuration: configuration)
    phone.say("policy add from=sip:mallory@evil.example then=\"refuse 603\"")
    #expect(phone.next("message", ["text": "Rule 1 was added."]) != nil)
    #expect(phone.quit() == 0)
    let homes = try workplace.homes("phone")
    func policy(_ words: String...) throws -> String {
      let command = ["policy", words[0], "--config", workplace.path("phone.toml")] + words.dropFirst()
      return try Workplace.run(Workplace.program, command, environment: homes).1
    }
    #expect(try policy("list").contains("mallory@evil.example"))
    #expect(try policy("try", "sip:mallory@evil.example").contains("Rule 1 decides"))
    try workplace.write(
      configuration + "[[answer.rules]]\nfrom = \"anyone\"\nthen = \"ring\"\n", to: "phone.toml")
    #expect(try !policy("list").contains("mallory@evil.example"))
  }

  @Test("offhook tell gives the running phone a command: lock and talk; nonsense is refused, and so is having no phone")
  func telling() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let homes = try workplace.homes("demo")
    let phone = try HeadlessPhone(demoIn: workplace)
    #expect(phone.next("registration", ["state": "ready"]) != nil)
    func tell(_ words: String...) throws -> Int32 {
      try Workplace.run(Workplace.program, ["tell"] + words, environment: homes).0
    }
    #expect(try tell("lock", "on") == 0)
    phone.say("dial 230")
    #expect(phone.next("call", ["state": "ringing", "not_done": "rule 1: the screen is locked"]) != nil)
    #expect(try tell("hangup") == 0 && tell("lock", "off") == 0)
    phone.say("dial 230")
    #expect(phone.next("call", ["state": "talking", "automatic": "1", "microphone": "shut"]) != nil)
    #expect(try tell("talk") == 0)
    #expect(phone.next("media", ["microphone": "open"]) != nil)
    #expect(try tell("frobnicate") == 2)
    #expect(phone.quit() == 0)
    #expect(try tell("lock", "on") == 1)
  }

  @Test("Without a sound device the phone says so, and the call goes on")
  func noSound() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    try workplace.write("</usr/share/alsa/alsa.conf>\npcm.!default { type hw card 99 }\n", to: "asoundrc")
    let phone = try HeadlessPhone(demoIn: workplace, environment: ["ALSA_CONFIG_PATH": workplace.path("asoundrc")])
    #expect(phone.next("registration", ["state": "ready"]) != nil)
    phone.say("dial 211")
    let said = phone.next("message", ["level": "failure"])
    #expect((said?["text"] as? String)?.contains("default") == true)
    phone.say("status")
    let snapshot = phone.next("snapshot")
    #expect((snapshot?["troubles"] as? [String])?.isEmpty == false)
    #expect(phone.quit() == 0)
  }

  @Test("A command that makes no sense changes nothing and says what was expected")
  func nonsense() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let phone = try HeadlessPhone(demoIn: workplace)
    phone.say("frobnicate")
    #expect((phone.next("error")?["reason"] as? String)?.contains("Expected one of") == true)
    #expect(phone.quit() == 0)
  }

  @Test("Exit codes tell how a call, a check or a command line ended")
  func exitCodes() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    try workplace.write("[[accounts]]\naddress = 5\n", to: "broken.toml")
    try workplace.write(
      "[[accounts]]\naddress = \"sip:a@127.0.0.1\"\nregister = false\n[network]\nlisten = [\"udp:127.0.0.1:0\"]\n",
      to: "direct.toml")
    let homes = try workplace.homes("codes")
    func code(_ arguments: String...) throws -> Int32 { try Workplace.run(Workplace.program, arguments, environment: homes).0 }
    #expect(try code("config", "check", workplace.path("broken.toml")) == 2)
    #expect(try code("config", "check", workplace.path("direct.toml")) == 0)
    #expect(try code("--no-such-option") == 2)
    #expect(try code("status") == 1)
    #expect(try code("--version") == 0)
    // Nothing listens there: the network's code.
    #expect(try code("dial", "--config", workplace.path("direct.toml"), "sip:x@127.0.0.1:\(Workplace.freePort())") == 15)
  }

  @Test("A file with a password that others can read is refused with the chmod to type")
  func openPassword() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    try workplace.write("[[accounts]]\naddress = \"sip:a@example.com\"\npassword = \"x\"\n", to: "open.toml")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: workplace.path("open.toml"))
    let (code, text) = try Workplace.run(
      Workplace.program, ["--headless", "--config", workplace.path("open.toml")], environment: workplace.homes("open"))
    #expect(code == 2)
    #expect(text.contains("chmod 600"))
  }

  @Test("On a real terminal the demo shows itself, calls, hangs up, and leaves the terminal as it was")
  func screens() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let terminal = try Terminal(workplace, columns: 80, rows: 24, command: "\(Workplace.program) demo")
    defer { terminal.close() }
    #expect(terminal.shows("● ready"))
    try terminal.type("210", "Enter")
    #expect(terminal.shows("TALKING"))
    #expect(terminal.shows("Microphone OPEN"))
    try terminal.type("Escape")
    #expect(terminal.shows("TALKING"))
    try terminal.type("F4")
    #expect(terminal.shows("you hung up"))
    try terminal.type("?")
    #expect(terminal.shows("HELP"))
    try terminal.type("Escape")
    // Esc and q in one breath would be Alt-q.
    #expect(terminal.shows("Dial:"))
    try terminal.type("q")
    #expect(terminal.shows("y Quit"))
    try terminal.type("y")
    #expect(terminal.shows("LEFT 0"))
  }
}
