import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("draft-cao-sip-response-auth-00, an experiment: who answers says so in the response")
struct ResponseIdentityTests {
  private func world() -> World { World(agents: 1, extensions: [ResponseIdentity()]) }

  private func told(_ world: World) -> [ResponseIdentityEvent] {
    world.events[0].compactMap { if case .extended(let event) = $0 { event as? ResponseIdentityEvent } else { nil } }
  }

  @Test("Ringing and answer name the address that was called; the tag may be required of us")
  func says() throws {
    var world = world()
    world.send(Script.invite(extra: ["Require: responder-id"]))
    world.settle()
    let session = try #require(world.incoming(0))
    world.command(0, .provisional(session, .ringing, nil))
    world.command(0, .accept(session, World.sdp("answer")))
    world.settle()
    for status in [StatusCode.ringing, .ok] {
      let response = try #require(world.responses(status).last)
      #expect(response.fields.first(.responder) == "claimer=<sip:alice@example.com>;verify-method=DAS")
    }
    #expect(world.responses(.trying).allSatisfy { !$0.fields.contains(.responder) })
  }

  @Test("Whoever is not to be known says that it says nothing, when it was asked")
  func keepsSecret() throws {
    var world = world()
    world.send(Script.invite(extra: ["Require: responder-id"]))
    world.settle()
    var fields = HeaderFields()
    fields.append(name: .privacy, value: "id")
    world.command(0, .accept(try #require(world.incoming(0)), World.sdp("answer"), fields: fields))
    world.settle()
    let response = try #require(world.responses(.ok).last)
    #expect(!response.fields.contains(.responder))
    #expect(response.value(Warning.self)?.code == 380)
  }

  @Test("Without the experiment the tag gets 420")
  func off() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Require: responder-id"]))
    world.settle()
    #expect(world.response?.status == .badExtension)
    #expect(world.response?.fields.first(.unsupported) == "responder-id")
  }

  @Test("What an answer says of who made it is handed on, and so are the refusals of servers that could not verify it")
  func heard() throws {
    var world = world()
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    let invite = try #require(world.request(.invite))
    world.answer(invite, .ringing) { response in
      response.fields.append(name: .responder, value: "claimer=bob@destination.example; verify-method=DAS")
    }
    world.settle()
    guard case .claimed(_, let claimer)? = told(world).last else { return #expect(Bool(false), "nothing was handed on") }
    #expect("\(claimer)" == "sip:bob@destination.example")
    world.answer(invite, .failedResponderIdentity)
    world.settle()
    guard case .notProven(_, .responder)? = told(world).last else { return #expect(Bool(false), "431 was not told") }
  }

  @Test(
    "The draft's forms are read, with and without a scheme; what is none is not",
    arguments: [
      ("claimer=bob@destination.example; verify-method=DAS", "sip:bob@destination.example"),
      ("claimer=<sip:bob@destination.example;user=phone>;verify-method=AIB", "sip:bob@destination.example;user=phone"),
      ("Claimer = <sips:bob@destination.example>", "sips:bob@destination.example"), ("claimer=", nil), ("claimer=<sip:bob", nil),
      ("verify-method=DAS", nil), ("", nil), ("claimer=<>;", nil),
    ] as [(String, String?)])
  func forms(text: String, expected: String?) {
    #expect((try? Responder(parsing: Array(text.utf8)[...])).map { "\($0.claimer)" } == expected)
  }
}
