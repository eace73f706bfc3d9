import Cryptography
import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3680: the registrar tells what becomes of a registration")
struct RegistrationEventsTests {
  private static let registration = RegistrationID(1)

  /// An agent that is registered at the scripted peer; `offer` is what the 200 says in Allow-Events.
  private func registered(
    _ use: RegistrationEvents.Use? = nil, offer: String? = "reg", extensions more: [any UserAgentExtension] = []
  ) throws -> World {
    let uses = use.map { [(address: World.uri("sip:alice@example.com"), use: $0)] } ?? []
    var world = World(agents: 1, extensions: [RegistrationEvents(uses: uses)] + more)
    let identity = World.identity(routes: ["sip:192.0.2.101;lr"])
    let settings = RegistrationSettings(
      identity: identity, registrar: try #require(World.uri("sip:192.0.2.101").sip), expires: .seconds(3600))
    world.command(0, .register(Self.registration, settings))
    world.settle()
    try confirm(&world, offer: offer)
    return world
  }

  private func confirm(_ world: inout World, offer: String? = "reg") throws {
    let register = try #require(world.request(.register))
    world.answer(register, .ok, tag: "reg") { response in
      for contact in register.contacts {
        var bound = contact
        bound.expires = 3600
        response.fields.append(bound)
      }
      if let offer { response.fields.append(name: .allowEvents, value: offer) }
    }
    world.settle()
  }

  /// The first SUBSCRIBE answered, with its NOTIFY to follow.
  private func subscribed() throws -> (world: World, subscribe: Request) {
    var world = try registered()
    let subscribe = try #require(world.request(.subscribe))
    world.answer(subscribe, .ok, tag: "n") { $0.fields.set(Expires(3761)) }
    world.settle()
    return (world, subscribe)
  }

  private func notify(
    _ world: inout World, _ subscribe: Request, _ number: Int, _ document: String, state: String = "active;expires=3761",
    tag: String = "n", type: String = "application/reginfo+xml"
  ) {
    world.send(
      Script.request(
        "NOTIFY", branch: "z9hG4bKn\(number)\(tag)", from: "<sip:alice@example.com>;tag=\(tag)",
        to: "<sip:alice@example.com>;tag=\(subscribe.from?.tag ?? "")", callID: subscribe.callID ?? "", cseq: "\(number) NOTIFY",
        extra: [
          "Contact: <sip:192.0.2.101>", "Event: reg", "Subscription-State: \(state)", "Content-Type: \(type)",
        ], body: document))
    world.settle()
  }

  private func document(_ version: Int, full: Bool = false, _ contacts: String, aor: String = "sip:alice@example.com") -> String {
    "<?xml version=\"1.0\"?><reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"\(version)\" "
      + "state=\"\(full ? "full" : "partial")\"><registration aor=\"\(aor)\" id=\"r1\" state=\"active\">\(contacts)"
      + "</registration></reginfo>"
  }

  private func row(
    _ id: String = "c1", _ state: String, _ event: String, uri: String = "sip:alice@192.0.2.1:5060", _ more: String = ""
  ) -> String {
    "<contact id=\"\(id)\" state=\"\(state)\" event=\"\(event)\" \(more)><uri>\(uri)</uri></contact>"
  }

  private func events(_ world: World) -> [RegistrationEvent] {
    world.events[0].compactMap { event in
      if case .extended(let event) = event { event as? RegistrationEvent } else { nil }
    }
  }

  // Proves: rfc3680-4.1-1 rfc3680-4.4-1 rfc3680-4.5-1 rfc3680-4.6-1 rfc6665-3.1.2-01 rfc6665-3.1.1-01 rfc6665-3.1.3-01
  @Test("A registration that stands is subscribed to, once, with the package, its duration and its format")
  func subscribes() throws {
    var (world, subscribe) = try subscribed()
    #expect(subscribe.uri.description == "sip:alice@example.com")
    #expect(subscribe.fields.first(.event) == "reg" && subscribe.expires?.seconds == 3761)
    #expect(subscribe.fields.first(.accept) == "application/reginfo+xml")
    #expect(subscribe.from?.address.uri.description == "sip:alice@example.com" && subscribe.to?.tag == nil)
    #expect(subscribe.contacts.count == 1)
    notify(&world, subscribe, 1, document(0, full: true, row("c1", "active", "registered")))
    #expect(world.response?.status == .ok && world.response?.cseq?.method == .notify)
    world.command(0, .refreshRegistration(Self.registration))
    world.settle()
    try confirm(&world)
    #expect(world.attempts(.subscribe) == 1)
    #expect(world.registrationStory(0).last == "registered 3600")
  }

  @Test("Without an offer nobody is asked, unless the user wants it; and never where the user does not")
  func offers() throws {
    #expect(try registered(offer: nil).attempts(.subscribe) == 0)
    #expect(try registered(offer: "presence, dialog").attempts(.subscribe) == 0)
    #expect(try registered(.always, offer: nil).attempts(.subscribe) == 1)
    #expect(try registered(.never).attempts(.subscribe) == 0)
  }

  @Test("A server that refuses is not asked again", arguments: [489, 405, 403, 404, 501, 603])
  func refused(status: Int) throws {
    var world = try registered()
    world.answer(try #require(world.request(.subscribe)), StatusCode(status), tag: "n")
    world.run(for: .seconds(1700))
    #expect(world.attempts(.subscribe) == 1)
    #expect(world.registrationStory(0).contains("registered 3600") && !world.registrationStory(0).contains { $0.hasPrefix("with") })
  }

  // Proves: rfc6665-4.6-03
  @Test("A server that never says anything, and one that is out of order, are asked again late, and nothing is cancelled")
  func silent() throws {
    var world = try registered()
    world.run(for: .seconds(1200))
    #expect(world.attempts(.subscribe) == 1)
    #expect(world.requests(.cancel).isEmpty)
    world = try registered()
    world.answer(try #require(world.request(.subscribe)), .serviceUnavailable, tag: "n")
    world.run(for: .seconds(30))
    #expect(world.attempts(.subscribe) == 1)
    world.run(for: .seconds(60))
    #expect(world.attempts(.subscribe) == 2)
  }

  static let endings: [(event: String, more: String, story: String, again: Int64)] = [
    ("deactivated", "", "withdrawn 0", 1), ("unregistered", "", "withdrawn 0", 1), ("expired", "", "withdrawn 0", 1),
    ("probation", "retry-after=\"120\"", "withdrawn 120", 121), ("probation", "", "withdrawn 60", 61),
    ("probation", "retry-after=\"18446744073709551615\"", "withdrawn 3600", 3601), ("melted", "", "withdrawn 0", 1),
  ]

  // Proves: rfc3680-4.7.1-1 rfc3680-4.7.1-2 rfc3680-4.7.1-3 rfc3680-5.1-1
  @Test("A binding that ends is told at once and made anew when its event says so", arguments: endings.indices)
  func ends(index: Int) throws {
    let (event, more, story, again) = Self.endings[index]
    var (world, subscribe) = try subscribed()
    notify(&world, subscribe, 1, document(0, full: true, row("c1", "active", "registered")))
    let before = world.attempts(.register)
    notify(&world, subscribe, 2, document(1, row("c1", "terminated", event, more)))
    #expect(world.registrationStory(0).contains(story), "\(world.registrationStory(0))")
    if again > 1 { #expect(world.attempts(.register) == before) }
    world.run(for: .seconds(again))
    #expect(world.attempts(.register) == before + 1)
    try confirm(&world)
    #expect(world.registrationStory(0).last == "registered 3600")
    #expect(world.attempts(.subscribe) == 1)
  }

  // Proves: rfc3680-4.7.1-4
  @Test("After `rejected` nothing is tried until the user says so")
  func rejected() throws {
    var (world, subscribe) = try subscribed()
    notify(&world, subscribe, 1, document(0, full: true, row("c1", "active", "registered")))
    let before = world.attempts(.register)
    notify(&world, subscribe, 2, document(1, row("c1", "terminated", "rejected")))
    #expect(world.registrationStory(0).last == "withdrawn")
    world.run(for: .seconds(3000))
    #expect(world.attempts(.register) == before)
    world.command(0, .refreshRegistration(Self.registration))
    world.settle()
    try confirm(&world)
    #expect(world.registrationStory(0).last == "registered 3600")
  }

  @Test("Two phones that sign each other out do so once a minute, not more")
  func fight() throws {
    var (world, subscribe) = try subscribed()
    var version = 1
    notify(&world, subscribe, 1, document(0, full: true, row("c1", "active", "registered")))
    for _ in 0..<20 {
      version += 1
      notify(&world, subscribe, version, document(version - 1, row("c1", "terminated", "unregistered")))
      world.run(for: .seconds(9))
      if world.request(.register)?.cseq != nil, world.registrationStory(0).last == "registering" { try confirm(&world) }
    }
    #expect(world.attempts(.register) <= 6, "\(world.attempts(.register))")
  }

  // Proves: rfc3680-4.7.1-5
  @Test("`shortened` has it registered again, once in a while")
  func shortened() throws {
    var (world, subscribe) = try subscribed()
    let before = world.attempts(.register)
    notify(&world, subscribe, 1, document(0, full: true, row("c1", "active", "shortened", "expires=\"30\"")))
    notify(&world, subscribe, 2, document(1, row("c1", "active", "shortened", "expires=\"30\"")))
    #expect(world.attempts(.register) == before + 1)
  }

  // Proves: rfc3680-5.2-1 rfc3680-5.2-2 rfc3680-5.2-3 rfc6665-4.5.2-08
  @Test("Older documents are left aside, a gap asks for everything once more, and a full one takes the place of all")
  func versions() throws {
    var (world, subscribe) = try subscribed()
    notify(
      &world, subscribe, 1,
      document(7, full: true, row("c1", "active", "registered") + row("c2", "active", "registered", uri: "sip:b@192.0.2.9")))
    #expect(events(world) == [.others(address: World.uri("sip:alice@example.com"), count: 1)])
    notify(&world, subscribe, 2, document(6, row("c1", "terminated", "rejected")))
    #expect(!world.registrationStory(0).contains("withdrawn"))
    notify(&world, subscribe, 3, document(8, row("c2", "terminated", "expired", uri: "sip:b@192.0.2.9")))
    #expect(events(world).last == .others(address: World.uri("sip:alice@example.com"), count: 0))
    #expect(world.attempts(.subscribe) == 1)
    notify(&world, subscribe, 4, document(11, row("c3", "active", "registered", uri: "sip:c@192.0.2.10")))
    #expect(world.attempts(.subscribe) == 2)
    let refresh = try #require(world.request(.subscribe))
    #expect(refresh.to?.tag == "n" && refresh.callID == subscribe.callID)
    #expect((refresh.cseq?.number ?? 0) == (subscribe.cseq?.number ?? 0) + 1 && refresh.fields.first(.event) == "reg")
    world.answer(refresh, .ok, tag: nil) { $0.fields.set(Expires(3761)) }
    // A full document without us, who were in it before.
    notify(&world, subscribe, 5, document(12, full: true, row("c3", "active", "registered", uri: "sip:c@192.0.2.10")))
    #expect(world.registrationStory(0).contains("withdrawn 0"))
  }

  @Test("What is said of an older binding of this phone, of another way, or of other addresses, is not about this one")
  func others() throws {
    var (world, subscribe) = try subscribed()
    let register = try #require(world.request(.register))
    let older = "callid=\"\(register.callID ?? "")\" cseq=\"\((register.cseq?.number ?? 1) - 1)\""
    notify(&world, subscribe, 1, document(0, full: true, row("c1", "active", "registered")))
    notify(&world, subscribe, 2, document(1, row("c1", "terminated", "rejected", "callid=\"another\"")))
    notify(&world, subscribe, 3, document(2, row("c1", "terminated", "rejected", older)))
    notify(&world, subscribe, 4, document(3, row("c1", "terminated", "rejected", uri: "sip:alice@192.0.2.55:5060")))
    notify(&world, subscribe, 5, document(4, row("c1", "terminated", "rejected"), aor: "sip:bob@example.com"))
    #expect(world.registrationStory(0).last == "registered 3600")
  }

  // Proves: rfc3680-4.9-1
  @Test("A forked SUBSCRIBE makes one subscription; the other notifier is told that there is none")
  func forked() throws {
    var (world, subscribe) = try subscribed()
    notify(&world, subscribe, 1, document(0, full: true, row("c1", "active", "registered")))
    notify(&world, subscribe, 1, document(0, full: true, ""), tag: "other")
    #expect(world.response?.status == .callDoesNotExist)
  }

  // Proves: rfc6665-4.1.4-01
  @Test("Whoever sends the first NOTIFY has the subscription, also when somebody else gave the 200")
  func otherTag() throws {
    var (world, subscribe) = try subscribed()
    notify(&world, subscribe, 1, document(0, full: true, row("c1", "active", "registered")), tag: "other")
    #expect(world.response?.status == .ok)
    notify(&world, subscribe, 2, document(1, row("c1", "terminated", "rejected")), tag: "other")
    #expect(world.registrationStory(0).last == "withdrawn")
  }

  // Proves: rfc6665-4.1.2.2-01
  @Test(
    "A refresh that is answered as if there were nothing ends the subscription; another failure leaves it its time",
    arguments: [(404, true), (481, true), (489, true), (500, false), (503, false), (408, false)])
  func refreshFails(status: Int, isFatal: Bool) throws {
    var (world, subscribe) = try subscribed()
    notify(&world, subscribe, 1, document(0, full: true, row("c1", "active", "registered")), state: "active;expires=600")
    world.run(for: .seconds(545))
    let refresh = try #require(world.request(.subscribe))
    #expect(refresh.to?.tag == "n")
    world.answer(refresh, StatusCode(status), tag: nil)
    world.settle()
    notify(&world, subscribe, 2, document(1, row("c1", "active", "refreshed")), state: "active;expires=50")
    #expect(world.response?.status == (isFatal ? .callDoesNotExist : .ok))
  }

  @Test("The NOTIFY may come before the 200, and credentials are given when they are asked for")
  func early() throws {
    var credentials = CredentialStore()
    credentials.set(
      DigestCredentials(username: "alice", password: "secret"), account: World.uri("sip:alice@example.com"), realm: nil)
    let digest = DigestAuthentication(digests: OpenSSLDigests(), credentials: credentials)
    var world = try registered(extensions: [digest])
    let first = try #require(world.request(.subscribe))
    world.answer(first, .unauthorized, tag: "n") {
      $0.fields.append(name: HeaderName("WWW-Authenticate"), value: "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"")
    }
    world.settle()
    let second = try #require(world.request(.subscribe))
    #expect(second.fields.contains(HeaderName("Authorization")) && (second.cseq?.number ?? 0) > (first.cseq?.number ?? 0))
    notify(&world, second, 1, document(0, full: true, row("c1", "active", "registered")))
    #expect(world.response?.status == .ok)
    world.answer(second, .ok, tag: "n") { $0.fields.set(Expires(600)) }
    world.settle()
    world.run(for: .seconds(545))
    let refresh = try #require(world.request(.subscribe))
    #expect(refresh.to?.tag == "n" && (refresh.cseq?.number ?? 0) == (second.cseq?.number ?? 0) + 1)
  }

  @Test("An interval that is too short is made longer, once")
  func tooBrief() throws {
    var world = try registered()
    func refuse() throws {
      world.answer(try #require(world.request(.subscribe)), .intervalTooBrief, tag: "n") { $0.fields.set(MinExpires(7200)) }
      world.settle()
    }
    try refuse()
    #expect(world.attempts(.subscribe) == 2 && world.request(.subscribe)?.expires?.seconds == 7200)
    try refuse()
    world.run(for: .seconds(300))
    #expect(world.attempts(.subscribe) == 2)
  }

  @Test("When the phone signs out it says goodbye, and hears nothing of its own leaving")
  func leaving() throws {
    var (world, subscribe) = try subscribed()
    notify(&world, subscribe, 1, document(0, full: true, row("c1", "active", "registered")))
    world.command(0, .unregister(Self.registration))
    world.settle()
    #expect(world.request(.subscribe)?.expires?.seconds == 0)
    notify(&world, subscribe, 2, document(1, row("c1", "terminated", "unregistered")), state: "terminated;reason=timeout")
    world.answer(try #require(world.request(.register)), .ok, tag: "reg")
    world.run(for: .seconds(600))
    #expect(world.registrationStory(0).last == "unregistered")
    #expect(world.attempts(.subscribe) == 2)
  }

  // Proves: rfc6665-4.1.3-09 rfc6665-4.1.3-12
  @Test("A notifier that ends it is asked again, more and more seldom; `rejected` is for good")
  func ended() throws {
    var (world, subscribe) = try subscribed()
    notify(&world, subscribe, 1, document(0, full: true, ""), state: "terminated;reason=deactivated")
    world.run(for: .seconds(5))
    #expect(world.attempts(.subscribe) == 2)
    subscribe = try #require(world.request(.subscribe))
    world.answer(subscribe, .ok, tag: "n")
    notify(&world, subscribe, 1, document(0, full: true, ""), state: "terminated;reason=rejected")
    world.run(for: .seconds(600))
    #expect(world.attempts(.subscribe) == 2)
  }

  // Proves: rfc6665-4.1.3-08 rfc6665-4.4.2-01 rfc6665-4.1.3-10 rfc6665-4.1.3-11 rfc6665-4.1.3-14 rfc6665-4.1.3-15 rfc6665-4.1.3-16
  @Test(
    "When the next SUBSCRIBE follows is the notifier's to say",
    arguments: [
      ("probation", 60), ("probation;retry-after=300", 300), ("giveup", 60), ("giveup;retry-after=90", 90), ("timeout", 2),
      ("noresource", nil), ("invariant", nil), ("unheard-of;retry-after=40", 40),
    ] as [(String, Int64?)])
  func retries(reason: String, after seconds: Int64?) throws {
    var (world, subscribe) = try subscribed()
    notify(&world, subscribe, 1, document(0, full: true, ""), state: "terminated;reason=\(reason)")
    world.run(for: .seconds((seconds ?? 900) - 1))
    #expect(world.attempts(.subscribe) == 1)
    world.run(for: .seconds(3))
    #expect(world.attempts(.subscribe) == (seconds == nil ? 1 : 2))
  }

  static let hostileBodies: [String] = [
    "", "<", "not xml", "<reginfo/>", "<reginfo xmlns='urn:ietf:params:xml:ns:reginfo'/>",
    "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><reginfo xmlns='urn:ietf:params:xml:ns:reginfo' version='0' state='full'/>",
    "<reginfo xmlns='urn:ietf:params:xml:ns:reginfo' version='-1' state='full'/>",
    "<reginfo xmlns='urn:ietf:params:xml:ns:reginfo' version='4294967296' state='full'/>",
    "<reginfo xmlns='urn:ietf:params:xml:ns:reginfo' version='0' state='half'/>",
    "<reginfo xmlns='urn:ietf:params:xml:ns:reginfo' version='0' state='full'><registration/></reginfo>",
    "<reginfo xmlns='urn:other' version='0' state='full'><registration aor='sip:alice@example.com' id='a' state='active'/></reginfo>",
  ]

  @Test("A body that is no such document changes nothing", arguments: hostileBodies.indices)
  func hostile(index: Int) throws {
    #expect(RegistrationInformation(Array(Self.hostileBodies[index].utf8)) == nil)
    var (world, subscribe) = try subscribed()
    notify(&world, subscribe, 1, Self.hostileBodies[index])
    #expect(world.response?.status == .ok)
    notify(&world, subscribe, 2, document(0, full: true, row("c1", "terminated", "rejected")), type: "text/plain")
    #expect(world.registrationStory(0).last == "registered 3600")
    let flood = (0..<300).map { row("c\($0)", "active", "registered", uri: "sip:x\($0)@192.0.2.9") }.joined()
    #expect(RegistrationInformation(Array(document(0, full: true, flood).utf8)) == nil)
  }

  @Test("The example of section 5.3 is read, and what it does not know is passed over")
  func example() throws {
    let text = """
      <?xml version="1.0"?>
          <reginfo xmlns="urn:ietf:params:xml:ns:reginfo" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
              version="0" state="full">
            <registration aor="sip:user@example.com" id="as9" state="active">
              <contact id="76" state="active" event="registered" duration-registered="7322" q="0.8" xsi:new="1">
                       <uri>sip:user@pc887.example.com</uri>
                       <unknown-param name="+sip.instance">"&lt;urn:uuid:1&gt;"</unknown-param>
              </contact>
              <contact id="77" state="terminated" event="expired" duration-registered="3600" q="0.5">
                       <uri>sip:user@university.edu</uri>
              </contact>
              <more xmlns="urn:more"/>
            </registration>
          </reginfo>
      """
    let document = try #require(RegistrationInformation(Array(text.utf8)))
    #expect(document.isFull && document.version == 0 && document.registrations.count == 1)
    let contacts = document.registrations[0].contacts
    #expect(contacts.map(\.isActive) == [true, false] && contacts.map(\.event) == [.registered, .expired])
    #expect(contacts[0].uri?.description == "sip:user@pc887.example.com" && contacts[0].instance == "<urn:uuid:1>")
  }
}
