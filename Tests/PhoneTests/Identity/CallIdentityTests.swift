import SIPMessages
import SansIO
import Testing

@testable import Phone

@Suite("Who is at the other end: one value out of everything that is said")
struct CallIdentityTests {
  private let contacts = [
    ContactConfiguration(name: "Clara Weiss", uri: .sip(SIPURI(user: "clara", host: .name("example.com")))),
    ContactConfiguration(name: "Mum", uri: .sip(SIPURI(user: "mum", host: .name("example.com")))),
  ]

  private var scene: CallIdentity.Scene {
    CallIdentity.Scene(
      contacts: contacts, home: SIPURI(user: "alice", host: .name("example.com")), at: WallTime(secondsSince1970: 1000))
  }

  private func address(_ text: String) -> NameAddress {
    (try? From(text))?.address ?? NameAddress(uri: .other(scheme: "", rest: text))
  }

  /// A call from `from` that is answered.
  private func called(_ from: String, asserted: String? = nil) -> CallIdentity {
    let words = CallIdentity.Words(from: address(from), asserted: asserted.map { address($0) })
    let said = asserted.map { AssertedIdentity(address($0), .assertedIdentity) }
    var who = CallIdentity(PeerIdentification.identify(address(from), asserted: said, contacts: contacts, home: scene.home))
    who.begin(words, at: scene.at)
    who.answered(at: scene.at)
    return who
  }

  private func dialled(_ text: String) -> CallIdentity {
    var who = CallIdentity(
      PeerIdentification.identify(address(text), asserted: nil, contacts: contacts, home: scene.home))
    who.begin(dialling: address(text), at: scene.at)
    return who
  }

  @Test("Another From is another person, on the word of the other side only, and the one before is remembered")
  func fromChanges() {
    var who = called("\"Reception\" <sip:201@example.com>", asserted: "\"Reception\" <sip:201@example.com>")
    #expect(who.peer.trust == .saidByProvider)
    let isNews = who.hear(CallIdentity.Words(from: address("\"Somebody\" <sip:x@other.example>")), scene)
    #expect(isNews && who.peer.name == "Somebody" && who.peer.trust == .saidByPeer && who.peer.source == .from)
    #expect(who.change?.was.name == "Reception" && who.change?.now.address == "x@other.example")
    #expect(who.timeline.map(\.kind) == [.called, .answered, .changed])
  }

  @Test("A display name alone is no other person and, from the other side, not even another name")
  func impostor() {
    var who = called("\"Peer\" <sip:peer@other.example>")
    let isNews1 = who.hear(CallIdentity.Words(from: address("\"Bank security\" <sip:peer@other.example>")), scene)
    #expect(isNews1)
    #expect(who.peer.name == "Peer" && who.change == nil)
    #expect(who.timeline.last?.kind == .claimed && who.timeline.last?.name == "Bank security")
    #expect(who.timeline.last?.note == "not shown as the name: nobody vouched for it")
    // Said once, not at every refresh.
    let isNews2 = who.hear(CallIdentity.Words(from: address("\"Bank security\" <sip:peer@other.example>")), scene)
    #expect(!isNews2)
  }

  @Test("The provider may give the same number another name; a contact's own name stays")
  func renamed() {
    var who = called("<sip:202@example.com>", asserted: "\"Desk\" <sip:202@example.com>")
    let isNews3 = who.hear(CallIdentity.Words(asserted: address("\"Dina\" <sip:202@example.com>")), scene)
    #expect(isNews3)
    #expect(who.peer.name == "Dina" && who.change == nil && who.timeline.last?.kind == .renamed)
    var contact = called("<sip:clara@example.com>", asserted: "<sip:clara@example.com>")
    let isNews4 = contact.hear(CallIdentity.Words(asserted: address("\"Boss\" <sip:clara@example.com>")), scene)
    #expect(isNews4)
    #expect(contact.peer.name == "Clara Weiss" && contact.peer.nameIsOurs && contact.timeline.last?.kind == .claimed)
  }

  @Test("A refresh that repeats the first From does not take back what the provider said")
  func twoVoices() {
    var who = called("\"Ann\" <sip:ann@other.example>", asserted: "\"Clara\" <sip:clara@example.com>")
    let isNews5 = who.hear(CallIdentity.Words(from: address("\"Ann\" <sip:ann@other.example>")), scene)
    #expect(!isNews5)
    #expect(who.peer.name == "Clara Weiss" && who.peer.trust == .saidByProvider)
  }

  @Test("The provider's word counts before From, also when both change at once")
  func providerFirst() {
    var who = called("<sip:201@example.com>", asserted: "<sip:201@example.com>")
    let words = CallIdentity.Words(from: address("<sip:mallory@evil.example>"), asserted: address("<sip:clara@example.com>"))
    let isNews6 = who.hear(words, scene)
    #expect(isNews6)
    #expect(who.peer.name == "Clara Weiss" && who.peer.trust == .saidByProvider)
  }

  @Test("An outgoing call: somebody else than was dialled was reached, which is no change; the next one is")
  func reached() {
    var who = dialled("<sip:sales@example.com>")
    let isNews7 = who.hear(CallIdentity.Words(asserted: address("\"Reception\" <sip:201@example.com>")), scene)
    #expect(isNews7)
    #expect(who.timeline.map(\.kind) == [.dialled, .reached] && who.change == nil && who.peer.name == "Reception")
    who.answered(at: scene.at)
    let isNews8 = who.hear(CallIdentity.Words(from: address("<sip:sales@example.com>")), scene)
    #expect(!isNews8)
    let isNews9 = who.hear(CallIdentity.Words(asserted: address("\"Dina\" <sip:204@example.com>")), scene)
    #expect(isNews9)
    #expect(who.timeline.last?.kind == .changed && who.change?.was.name == "Reception")
  }

  @Test("What the answer says in Responder is the other side's word and nothing more; the provider's goes before it")
  func responder() {
    var who = dialled("<sip:sales@example.com>")
    let isNews = who.hear(CallIdentity.Words(from: address("<sip:dina@example.com>"), voice: .responder), scene)
    #expect(isNews)
    #expect(who.peer.trust == .saidByPeer && who.peer.source == .responder && who.timeline.last?.kind == .reached)
    let isRepeated = who.hear(CallIdentity.Words(from: address("<sip:dina@example.com>"), voice: .responder), scene)
    #expect(!isRepeated)
    let isProvidersNews = who.hear(CallIdentity.Words(asserted: address("<sip:201@example.com>")), scene)
    #expect(isProvidersNews)
    #expect(who.peer.trust == .saidByProvider)
  }

  @Test("Who was dialled answers: the address is confirmed, with the provider's host or an IP address in it too")
  func confirmed() {
    for host in ["example.com", "192.0.2.9"] {
      var who = dialled("<sip:201@example.com>")
      who.answered(at: scene.at)
      let isNews10 = who.hear(CallIdentity.Words(asserted: address("\"Reception\" <sip:201@\(host)>")), scene)
      #expect(isNews10)
      #expect(who.peer.name == "Reception" && who.peer.address == "201" && who.peer.trust == .saidByProvider)
      #expect(who.change == nil && who.timeline.last?.kind == .confirmed)
    }
    var other = dialled("<sip:201@example.com>")
    _ = other.hear(CallIdentity.Words(asserted: address("<sip:201@elsewhere.example>")), scene)
    #expect(other.peer.address == "201@elsewhere.example")
  }

  @Test("A signature makes it checked; one that fails takes that back and never makes it another person")
  func signatures() {
    var who = called("<sip:+49897770101@telco.example;user=phone>")
    let isNews11 = who.prove(CallerVerification(state: .checking), .signature, at: scene.at)
    #expect(!isNews11)
    let good = CallerVerification(state: .good, signer: "telco.example", attestation: .full)
    let isNews12 = who.prove(good, .signature, at: scene.at)
    #expect(isNews12)
    #expect(who.peer.trust == .checkedHere && who.peer.source == .signature && who.timeline.last?.kind == .confirmed)
    let isNews13 = who.prove(good, .signature, at: scene.at)
    #expect(!isNews13)
    // The next person is not verified because the former one was.
    _ = who.hear(CallIdentity.Words(from: address("<sip:+49897770102@telco.example;user=phone>")), scene)
    #expect(who.peer.trust == .saidByPeer && who.peer.verification == nil)
    let isNews14 = who.prove(CallerVerification(state: .failed, fault: "expired"), .signature, at: scene.at)
    #expect(isNews14)
    #expect(who.peer.trust == .saidByPeer && who.timeline.last?.kind == .notVerified)
  }

  @Test("A peer that changes its name all day long: the beginning and the newest are kept")
  func bounded() {
    var who = called("<sip:a@other.example>")
    for number in 0..<500 { _ = who.hear(CallIdentity.Words(from: address("<sip:a\(number)@other.example>")), scene) }
    #expect(who.timeline.count == CallIdentity.longestTimeline)
    #expect(who.timeline.first?.kind == .called && who.timeline.last?.address == "a499@other.example")
  }

  @Test("Names that are drawn like a contact's are found, whatever letters they are made of")
  func homographs() {
    // The a and the e are Cyrillic; an accent more; digits for letters; wide letters.
    for name in ["Cl\u{430}ra W\u{435}iss", "Clára Weiss", "C1ara We1ss", "ＣＬＡＲＡ ＷＥＩＳＳ", "clara-weiss", "Clara Weiss"] {
      #expect(NameCheck.imitated(name, contacts: contacts) == "Clara Weiss", "\(name)")
    }
    for name in ["Clara Weisz", "Karla Weiss", "C", ""] { #expect(NameCheck.imitated(name, contacts: contacts) == nil, "\(name)") }
    let peer = PeerIdentification.identify(
      address("\"Mu\u{43C}\" <sip:mallory@evil.example>"), asserted: nil, contacts: contacts, home: nil)
    #expect(peer.imitates == "Mum" && !peer.nameIsOurs)
  }

  @Test("A timeline survives being written down")
  func timelineText() {
    var who = called("\"Reception\" <sip:201@example.com>", asserted: "\"Reception\" <sip:201@example.com>")
    _ = who.hear(CallIdentity.Words(from: address("\"x\" <sip:201@example.com>")), scene)
    who.add(.heldByThem, at: scene.at)
    who.add(.ended, at: scene.at, note: "you “hung up”")
    let text = TimelineEntry.text(who.timeline)
    #expect(TimelineEntry.timeline(text) == who.timeline && !text.contains("\n"))
    #expect(TimelineEntry.timeline("junk").isEmpty && TimelineEntry.timeline("[{\"time\":1},{}]").isEmpty)
  }
}
