import Cryptography
import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@testable import Phone

@Suite("Signed callers in calls (RFC 8224)")
struct VerifiedCallTests {
  private static let x5u = "https://certs.example.net/cert.pem"

  private func world(_ configure: (inout Configuration) -> Void = { _ in }) -> PhoneWorld {
    PhoneWorld(1) { _, configuration in
      configuration.identity.anchors = Array(TestAuthority.root.utf8)
      configure(&configuration)
    }
  }

  private func invite(_ callID: String = "c1", from number: String = "12155551212", at issuedAt: Int64 = 1_700_000_001) -> String {
    let text = PASSporT.signingText(
      x5u: Self.x5u, orig: .telephoneNumber("12155551212"), dest: .uri("sip:alice@192.0.2.1"), issuedAt: issuedAt)
    let signature = OpenSSLSignatures().sign(text, privateKey: Array(TestAuthority.Key.number.utf8)) ?? []
    let token = String(decoding: text, as: UTF8.self) + "." + Base64URL.encode(signature)
    return Scripts.invite(
      callID: callID, from: "\"Clara\" <sip:+\(number)@telco.example;user=phone>;tag=p",
      extra: "Identity: \(token);info=<\(Self.x5u)>\n")
  }

  private func tickets(_ world: PhoneWorld) -> [(Ticket, FetchOrder)] {
    world.outputs[0].compactMap { if case .fetch(let ticket, let order) = $0 { (ticket, order) } else { nil } }
  }

  private func deliver(_ world: inout PhoneWorld, _ text: String = TestAuthority.number) {
    for (ticket, _) in tickets(world) { world.input(0, .fetched(ticket, .bytes(Array(text.utf8)))) }
  }

  @Test("It rings at once and says that the signature is being checked; then the mark changes, with an event and a timeline")
  func ringsAtOnce() throws {
    var world = world()
    world.send(invite())
    world.run(for: .milliseconds(50))
    #expect(world.state(0) == .ringing)
    #expect(world.snapshot(0).calls.first?.peer.verification?.state == .checking)
    #expect(tickets(world).first?.1 == FetchOrder(uri: Self.x5u, mayBePrivate: false))
    deliver(&world)
    let peer = try #require(world.snapshot(0).calls.first?.peer)
    #expect(peer.trust == .checkedHere && peer.source == .signature && peer.verification?.signer == "telco.example")
    #expect(world.snapshot(0).calls.first?.timeline.map(\.kind) == [.called, .confirmed])
    let line = try #require(world.lines(0).last { $0.contains(#""event":"identity""#) })
    #expect(line.contains(#""state":"confirmed""#) && line.contains(#""signature":"good","signer":"telco.example""#))
  }

  @Test("A forged, an old and an unknown signature change the mark and nothing else")
  func failures() throws {
    for (text, certificate) in [
      (invite(from: "12155559999"), TestAuthority.number), (invite(at: 1_600_000_000), TestAuthority.number),
      (invite(), TestAuthority.selfSigned),
    ] {
      var world = world()
      world.send(text)
      world.run(for: .milliseconds(50))
      deliver(&world, certificate)
      let peer = try #require(world.snapshot(0).calls.first?.peer)
      #expect(world.state(0) == .ringing && peer.trust == .saidByPeer && peer.verification?.state == .failed)
      #expect(world.snapshot(0).notices.contains { $0.text.contains("does not hold") })
    }
  }

  @Test("A certificate that never comes: the call rings on, and after ten seconds the screen says why nothing is known")
  func hanging() throws {
    var world = world()
    world.send(invite())
    world.run(for: .seconds(11))
    #expect(world.state(0) == .ringing)
    #expect(world.snapshot(0).calls.first?.peer.verification?.fault == "its certificate did not come in time")
  }

  @Test(
    "A rule for a verified caller: refused to one who only says so; taken when the signature is known at once, or while it rings")
  func rules() throws {
    var world = world { configuration in
      if let number = TelURI(number: "+12155551212") {
        configuration.contacts = [ContactConfiguration(name: "Clara Weiss", uri: .tel(number))]
      }
      if let rule = try? AnswerRuleParts(line: "from=contacts trust=checked then=answer").rule() {
        configuration.answering.rules = [rule]
      }
    }
    world.send(invite())
    world.run(for: .milliseconds(50))
    deliver(&world)
    #expect(world.snapshot(0).calls.first?.peer.name == "Clara Weiss")
    // A call that asks for nothing is answered by a rule that says so.
    #expect(world.snapshot(0).answering.rules.first?.used == 0 || world.snapshot(0).calls.first?.wasAnsweredAutomatically == true)
    var stranger = world
    stranger.send(invite("c2", from: "12155559999"))
    stranger.run(for: .seconds(1))
    #expect(stranger.state(0, call: 1) == .ringing)
    world.run(for: .milliseconds(200))
    #expect(world.snapshot(0).calls.first?.wasAnsweredAutomatically == true)
  }
}
