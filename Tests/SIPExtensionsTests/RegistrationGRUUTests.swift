import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 5628: the GRUUs in what the registrar tells")
struct RegistrationGRUUTests {
  private static let permanent = "sip:alice@example.com;gr=urn:uuid:1"
  private static let temporary = "sip:tgruu.7hs@example.com;gr"

  /// An agent whose REGISTER brought both GRUUs, and whose subscription stands.
  private func subscribed() throws -> (world: World, subscribe: Request) {
    let address = World.uri("sip:alice@example.com")
    var world = World(agents: 1, extensions: [RegistrationEvents(uses: [(address: address, use: .always)])])
    let settings = RegistrationSettings(
      identity: World.identity(routes: ["sip:192.0.2.101;lr"]), registrar: try #require(World.uri("sip:192.0.2.101").sip),
      expires: .seconds(3600))
    world.command(0, .register(RegistrationID(1), settings))
    world.settle()
    let register = try #require(world.request(.register))
    world.answer(register, .ok, tag: "reg") { response in
      for contact in register.contacts {
        var bound = contact
        bound.expires = 3600
        bound.parameters.setQuoted("pub-gruu", Self.permanent)
        bound.parameters.setQuoted("temp-gruu", Self.temporary)
        response.fields.append(bound)
      }
    }
    world.settle()
    let subscribe = try #require(world.request(.subscribe))
    world.answer(subscribe, .ok, tag: "n") { $0.fields.set(Expires(3761)) }
    world.settle()
    return (world, subscribe)
  }

  /// How many registrations a document leads to; `first` is its first-cseq, counted from the REGISTER that brought ours.
  private func registrations(
    permanent: String = permanent, first: Int64 = 0, namespace: String = "urn:ietf:params:xml:ns:gruuinfo"
  ) throws -> Int {
    var (world, subscribe) = try subscribed()
    let before = world.attempts(.register)
    let sequence = Int64(try #require(world.request(.register)?.cseq?.number)) + first
    let document = """
      <?xml version="1.0"?>
      <reginfo xmlns="urn:ietf:params:xml:ns:reginfo" xmlns:gr="\(namespace)" version="0" state="full">
        <registration aor="sip:alice@example.com" id="r1" state="active">
          <contact id="c1" state="active" event="registered">
            <uri>sip:alice@192.0.2.1:5060</uri>
            <gr:pub-gruu uri="\(permanent)"/>
            <gr:temp-gruu uri="sip:tgruu.other@example.com;gr" first-cseq="\(sequence)"/>
          </contact>
        </registration>
      </reginfo>
      """
    world.send(
      Script.request(
        "NOTIFY", branch: "z9hG4bKn1", from: "<sip:alice@example.com>;tag=n",
        to: "<sip:alice@example.com>;tag=\(subscribe.from?.tag ?? "")", callID: subscribe.callID ?? "", cseq: "1 NOTIFY",
        extra: [
          "Contact: <sip:192.0.2.101>", "Event: reg", "Subscription-State: active;expires=3761",
          "Content-Type: application/reginfo+xml",
        ], body: document.replacing("\n", with: " ")))
    world.settle()
    #expect(world.response?.status == .ok)
    return world.attempts(.register) - before
  }

  // Proves: rfc5627-4.2-7 rfc5627-4.2-8
  @Test("A public GRUU that became another, or temporary ones that are valid no more, are fetched anew by a refresh")
  func takenBack() throws {
    #expect(try registrations(permanent: "sip:alice@example.com;gr=urn:uuid:2") == 1)
    #expect(try registrations(first: 1) == 1)
  }

  @Test("As long as ours are among those that are valid nothing happens; what is no GRUU element says nothing")
  func same() throws {
    #expect(try registrations() == 0)
    #expect(try registrations(first: -3) == 0)
    #expect(try registrations(permanent: "sip:alice@example.com;gr=urn:uuid:2", first: 5, namespace: "urn:other") == 0)
    #expect(try registrations(permanent: "no address at all", first: 0) == 0)
  }
}
