import Phone
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("By which account a call goes out")
struct CallingAccountTests {
  private static func accounts(_ change: (inout [CallingAccounts.Candidate]) -> Void = { _ in }) throws -> CallingAccounts {
    func candidate(_ number: Int, _ address: String, _ rules: [String]) throws -> CallingAccounts.Candidate {
      CallingAccounts.Candidate(
        number: number, address: address, home: try URI(parsing: "sip:\(address)").sip, isReady: true,
        rules: try rules.map { try #require(CallingAccounts.Rule($0)) })
    }
    var candidates = [
      try candidate(1, "alice@home.example", []), try candidate(2, "alice@work.example", ["+49*", "*@work.example"]),
      try candidate(3, "door@house.example", ["domain:house.example", "11?", "110"].filter { CallingAccounts.Rule($0) != nil }),
    ]
    change(&candidates)
    return CallingAccounts(candidates)
  }

  static let choices: [(String, Int, CallingAccounts.Reason)] = [
    ("201", 1, .usual), ("bob", 1, .usual), ("sip:bob@elsewhere.example", 1, .usual), ("+4930901820", 2, .rule("+49*")),
    ("tel:+49-30-901820", 2, .rule("+49*")), ("sip:+4930901820@gateway.example;user=phone", 2, .rule("+49*")),
    ("sip:carol@work.example", 2, .rule("*@work.example")), ("carol@WORK.example", 2, .rule("*@work.example")),
    ("sip:bell@house.example", 3, .rule("domain:house.example")), ("110", 3, .rule("110")), ("+4330901820", 1, .usual),
  ]

  @Test("The first account whose rule fits, else the one that works", arguments: choices.indices)
  func chooses(index: Int) throws {
    let (text, number, reason) = Self.choices[index]
    let choice = try #require(try Self.accounts().choose(text))
    #expect(choice.number == number && choice.reason == reason, "\(text): \(choice)")
  }

  @Test("A rule counts also when its account does not work; without one the callee's domain decides, among those that work")
  func readiness() throws {
    let broken = try Self.accounts { $0[1].isReady = false }
    let choice = try #require(broken.choose("+4930901820"))
    #expect(choice.number == 2 && !choice.isReady)
    let plain = try Self.accounts { for place in $0.indices { $0[place].rules = [] } }
    #expect(plain.choose("sip:x@work.example")?.reason == .ownDomain && plain.choose("sip:x@work.example")?.number == 2)
    let lost = try Self.accounts { candidates in
      for place in candidates.indices { candidates[place].rules = [] }
      candidates[1].isReady = false
      candidates[0].isReady = false
    }
    #expect(lost.choose("sip:x@work.example")?.number == 3)
    #expect(CallingAccounts().choose("201") == nil)
  }

  @Test("The configuration's rules, a bad one told with its place, and a call that goes out by its account")
  func configured() throws {
    let text = """
      [[accounts]]
      address = "sip:alice@192.0.2.1"
      register = false
      [[accounts]]
      address = "sip:work@192.0.2.1"
      register = false
      calls_to = ["sip:*@192.0.2.101", "group:family"]
      """
    let (configuration, problems) = ConfigurationParser.parse(Array(text.utf8), file: "x")
    #expect(problems.map { [$0.line, $0.column] } == [[7, 34]], "\(problems)")
    #expect(configuration.accounts[1].callsTo.map(\.text) == ["sip:*@192.0.2.101"])
    var world = PhoneWorld(1) { _, other in other.accounts = configuration.accounts }
    world.command(0, .dial("sip:peer@192.0.2.101", account: nil))
    world.run(for: .milliseconds(100))
    #expect(world.requests(.invite).last?.from?.address.uri.sip?.user == "work")
    #expect(world.snapshot(0).calling.choose("sip:peer@192.0.2.101")?.number == 2)
    world.command(0, .hangUp(nil))
    world.run(for: .seconds(40))
    world.command(0, .dial("sip:peer@192.0.2.101", account: "1"))
    world.run(for: .milliseconds(100))
    #expect(world.requests(.invite).last?.from?.address.uri.sip?.user == "alice")
  }
}
