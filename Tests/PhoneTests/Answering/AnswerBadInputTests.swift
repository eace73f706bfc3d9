import Media
import Phone
import SIPMessages
import SansIO
import Testing

@Suite("What is wrong with how somebody asks")
struct AnswerBadInputTests {
  private static func state(_ fields: String) -> Int? {
    var world = AnswerModeTests.intercom()
    world.send(Scripts.invite(extra: fields + "\n"))
    world.run(for: .milliseconds(200))
    #expect(world.microphone(0) == [])
    return world.responses.last?.status.rawValue
  }

  static let cases: [(fields: String, status: Int)] = [
    // Both fields, each twice: Manual goes before Auto, and the right is tested first.
    ("Answer-Mode: Auto\nAnswer-Mode: Manual\nPriv-Answer-Mode: Auto\nPriv-Answer-Mode: Manual", 180),
    ("Priv-Answer-Mode: Auto\nPriv-Answer-Mode: Auto;require", 403),
    ("Priv-Answer-Mode: Auto;require\nAnswer-Mode: Auto;require", 200),
    // Nothing, and nearly nothing.
    ("Answer-Mode:", 180), ("Answer-Mode: ;", 180), ("Answer-Mode: ,", 180), ("Answer-Mode: \"Auto\"", 180),
    ("Priv-Answer-Mode:", 180), ("Answer-Mode: =", 180), ("Answer-Mode: Auto,Manual", 180),
    // Escapes are no spelling of a token.
    ("Answer-Mode: %41uto", 180), ("Answer-Mode: Auto%20", 180),
    ("Answer-Mode: Auto;%72equire", 200), ("Answer-Mode: aUTO ; rEQUIRE", 200),
    ("ANSWER-MODE: Auto;require=no;require", 200), ("Answer-Mode: Auto;require;require", 200),
  ]

  // Proves: rfc5373-2-1
  @Test("Fields that are repeated, empty, escaped or half a field", arguments: cases.indices)
  func fields(index: Int) {
    let (fields, status) = Self.cases[index]
    #expect(Self.state(fields) == status, "\(fields)")
  }

  @Test("Values of 4 KiB and a thousand fields are read as far as they may matter, and no further")
  func floods() {
    #expect(Self.state("Answer-Mode: Auto" + String(repeating: ";x=y", count: 1024)) == 200)
    #expect(Self.state("Answer-Mode: " + String(repeating: "A", count: 4096)) == 180)
    // Behind the first eight nobody looks; what stands first was Auto.
    #expect(Self.state((0..<100).map { $0 < 8 ? "Answer-Mode: Auto" : "Answer-Mode: Manual" }.joined(separator: "\n")) == 200)
    #expect(Self.state((0..<100).map { _ in "Answer-Mode: Nobody" }.joined(separator: "\n")) == 180)
    // A message of a thousand fields is refused as a whole.
    #expect(Self.state((0..<1000).map { _ in "Answer-Mode: Auto" }.joined(separator: "\n")) == 400)
  }

  // Proves: rfc8433-8-2 rfc7462-13-3
  @Test("A thousand Alert-Info values, names of 4 KiB, upper case, escapes and files ring as what is good among them says")
  func alerts() throws {
    func call(_ value: String) throws -> (call: CallSnapshot, ring: ToneProgram?) {
      var world = PhoneWorld(1)
      world.send(Scripts.invite(extra: "Alert-Info: \(value)\n"))
      world.run(for: .seconds(1))
      let call = try #require(world.snapshot(0).calls.first)
      #expect(call.state == .ringing)
      return (call, world.rings(0).last ?? nil)
    }
    let urgent = ToneProgram.ring(.external).with(pauses: 0.4).louder(by: 5)
    let hundred = (0..<100).map { _ in "<urn:alert:priority:high>" }.joined(separator: ", ")
    let thousand = try call((0..<10).map { _ in hundred }.joined(separator: "\nAlert-Info: "))
    #expect(thousand.call.alert?.identifiers == ["priority:high"] && thousand.call.alert?.ignored == 936)
    #expect(thousand.ring == urgent)
    let long = "<urn:alert:priority:high" + String(repeating: ":a", count: 2036) + "@example>"
    #expect(try call("<urn:alert:" + String(repeating: "a", count: 4085) + ":b>, <URN:ALERT:PRIORITY:HIGH>").ring == urgent)
    #expect(try call(long + ", <urn:alert:priority:high>").ring == urgent)
    let nothing = try call("<urn:alert:>, <file:///etc/passwd>, <urn:alert:priority:%68igh>")
    #expect(nothing.call.alert?.identifiers ?? [] == [] && nothing.ring == .ring(.external))
    #expect(try call("<file:///dev/random>, <urn:alert:priority:high>").ring == urgent)
  }

  @Test("A rule with a bad pattern is told with line and column, is off, and nothing after it falls open")
  func ruleFile() throws {
    let text = """
      [[accounts]]
      address = "sip:alice@192.0.2.1"
      register = false
      [[answer.rules]]
      from = "sip:*@spam.example"
      then = "refuse 603"
      [[answer.rules]]
      name = "Not these"
      from = ["sip:mallory@evil.example", "???"]
      then = "refuse 403"
      [[answer.rules]]
      from = "anyone"
      asks = "auto"
      then = "answer"
      [[answer.rules]]
      from = "domain:example.com"
      then = "ring-silently"
      """
    let (configuration, problems) = ConfigurationParser.parse(Array(text.utf8), file: "rules.toml")
    let problem = try #require(problems.first { $0.severity == .error })
    #expect(problems.count == 1)
    #expect((problem.line, problem.column) == (9, 9), "\(problem)")
    #expect(problem.message.hasSuffix("; this rule is off"), "\(problem.message)")
    #expect(configuration.answering.rules.map { $0.fault == nil } == [true, false, true, true])
    let policy = AnswerPolicy(configuration.answering)
    func outcome(_ caller: String, _ wish: AnswerRequest.Wish?) -> AnswerDecision {
      policy.decide(AnswerPolicyTests.facts(caller, .checkedHere, wish))
    }
    #expect(outcome("sip:x@spam.example", nil).outcome == .refuse(.decline, phrase: nil))
    let stopped = outcome("sip:mallory@evil.example", .init(.auto))
    #expect(stopped.outcome == .ring(isSilent: false))
    #expect(stopped.obstacle == "rule 2 cannot be read, so no later one answers by itself")
    #expect(outcome("sip:mallory@evil.example", .init(.auto, isRequired: true)).outcome == AnswerPolicyTests.forbidden)
    #expect(outcome("sip:bob@example.com", nil).outcome == .ring(isSilent: true))
    // The screen marks it, and a phone with this file works.
    var world = PhoneWorld(1) { _, other in other.answering = configuration.answering }
    #expect(world.snapshot(0).answering.rules[1].fault != nil)
    world.send(Scripts.invite(extra: "Answer-Mode: Auto\n"))
    world.run(for: .milliseconds(200))
    #expect(world.state(0) == .ringing)
  }

  // Proves: rfc5373-4.5.1-8 rfc5373-4.5.1-16
  @Test("A rule may make Auto ring, and refuse one that insists")
  func byLocalPolicy() {
    func status(_ rule: AnswerRule, _ field: String) -> Int? {
      var world = PhoneWorld(1) { _, configuration in configuration.answering.rules = [rule] }
      world.send(Scripts.invite(extra: field + "\n"))
      world.run(for: .milliseconds(200))
      return world.responses.last?.status.rawValue
    }
    #expect(status(AnswerRule(asks: [.auto], then: .ring), "Answer-Mode: Auto") == 180)
    #expect(status(AnswerRule(asks: [.auto], then: .ringSilently), "Answer-Mode: Auto") == 180)
    #expect(status(AnswerRule(asks: [.auto], then: .refuse(.forbidden)), "Answer-Mode: Auto;require") == 403)
    #expect(status(AnswerRule(asks: [.auto], then: .ring), "Answer-Mode: Auto;require") == 403)
  }
}
