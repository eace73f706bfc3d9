import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 5627: GRUUs, as the registrar gives them")
struct GRUUTests {
  private static let permanent = "sip:alice@example.com;gr=urn:uuid:00000000-0000-4000-8000-000a95a0e128;x-unknown=1"
  private static let temporary = "sip:tgruu.7hs==jd7vnzga5w7fajsc7-ajd6fabz0f8g5@example.com;gr"

  private static func give(_ bench: inout FlowBench, _ peer: Int, permanent: String? = permanent, temporary: String? = temporary) {
    bench.confirm(peer) { contact in
      if let permanent { contact.parameters.setQuoted("pub-gruu", permanent) }
      if let temporary { contact.parameters.setQuoted("temp-gruu", temporary) }
    }
  }

  private static func contact(_ bench: inout FlowBench, isAnonymous: Bool = false, session: UInt64 = 1) throws -> NameAddress {
    bench.call(session, isAnonymous: isAnonymous)
    return try #require(bench.world.request(.invite)?.contacts.first?.address)
  }

  private static func registered(permanent: String? = permanent, temporary: String? = temporary) -> FlowBench {
    var bench = FlowBench()
    bench.register(1)
    give(&bench, 0, permanent: permanent, temporary: temporary)
    return bench
  }

  // Proves: rfc5627-4.2-10 rfc5627-4.2-11 rfc5627-4.2-12 rfc5627-4.2-13 rfc5627-4.4-1 rfc5627-4.4-2 rfc5627-4.4-4 rfc5627-4.4-6
  // Proves: rfc5627-4.4.1-1 rfc5627-4.5-1 rfc5627-7-1
  @Test("The public GRUU is the Contact of a call, letter by letter as it was given, and without ob")
  func permanent() throws {
    var bench = Self.registered()
    let contact = try Self.contact(&bench)
    #expect(contact.uri.description == Self.permanent)
    #expect(!contact.parameters.has("reg-id"))
    #expect(!contact.parameters.has("+sip.instance"))
  }

  // Proves: rfc5627-4.4-8
  @Test("An anonymous call shows the temporary GRUU; with none it shows neither name nor instance")
  func anonymous() throws {
    var bench = Self.registered()
    #expect(try Self.contact(&bench, isAnonymous: true).uri.description == Self.temporary)
    var poor = Self.registered(temporary: nil)
    let contact = try Self.contact(&poor, isAnonymous: true)
    #expect(contact.uri.sip?.user == "anonymous")
    #expect(contact.uri.sip?.parameters.has("gr") == false)
    #expect(!contact.parameters.has("+sip.instance"))
  }

  // Proves: rfc5627-4.2-1
  @Test("A registrar may give the one, the other, both or neither", arguments: [true, false], [true, false])
  func either(hasPermanent: Bool, hasTemporary: Bool) throws {
    var bench = Self.registered(permanent: hasPermanent ? Self.permanent : nil, temporary: hasTemporary ? Self.temporary : nil)
    let contact = try Self.contact(&bench)
    if hasPermanent {
      #expect(contact.uri.description == Self.permanent)
    } else if hasTemporary {
      #expect(contact.uri.description == Self.temporary)
    } else {
      #expect(contact.uri.sip?.parameters.has("ob") == true)
    }
  }

  @Test("Where the user wants none, none is asked for, and one that comes all the same is not shown")
  func unwanted() throws {
    var bench = FlowBench()
    bench.register(1, usesGRUU: false)
    #expect(bench.registers(at: 0).last?.fields.optionTags(Supported.self).contains(.gruu) == false)
    Self.give(&bench, 0)
    #expect(try Self.contact(&bench).uri.sip?.parameters.has("gr") == false)
  }

  // Proves: rfc5627-4.1-6 rfc5627-4.1-7 rfc5627-4.2-2
  @Test("REGISTER goes on to show our address, never a GRUU; another public GRUU in a refresh is taken from then on")
  func changed() throws {
    var bench = Self.registered()
    bench.world.command(0, .refreshRegistration(RegistrationID(1)))
    bench.world.settle()
    let refresh = try #require(bench.registers(at: 0).last)
    #expect(refresh.contacts.first?.uri?.sip?.host == .address(World.address(0).address))
    #expect(refresh.contacts.first?.uri?.sip?.parameters.has("gr") == false)
    Self.give(&bench, 0, permanent: "sip:other@example.com;gr=urn:uuid:1")
    #expect(try Self.contact(&bench).uri.description == "sip:other@example.com;gr=urn:uuid:1")
  }

  // Proves: rfc5627-4.4-3 rfc5627-4.4-5
  @Test("Without a live registration no GRUU is shown")
  func lapsed() throws {
    var bench = Self.registered()
    bench.kill(0)
    #expect(try Self.contact(&bench).uri.sip?.parameters.has("gr") == false)
  }

  // Proves: rfc5627-4.2-3 rfc5627-4.4-7
  @Test("A new registration has a new Call-ID, and nothing of what the old one learned")
  func newCallID() throws {
    var bench = Self.registered()
    let old = try #require(bench.registers(at: 0).last)
    bench.world.command(0, .unregister(RegistrationID(1)))
    bench.world.settle()
    bench.world.answer(try #require(bench.registers(at: 0).last), .ok)
    bench.world.settle()
    bench.register(1)
    #expect(bench.registers(at: 0).last?.callID != old.callID)
    bench.confirm(0)
    #expect(try Self.contact(&bench, isAnonymous: true).uri.sip?.parameters.has("gr") == false)
  }

  // Proves: rfc5627-4.2-5 rfc5627-4.2-6
  @Test("A refresh leaves 32 s for its transaction, or comes halfway", arguments: [UInt32(40), 63, 100, 600, 3600])
  func early(expires: UInt32) throws {
    var bench = FlowBench()
    bench.register(1)
    bench.confirm(0, expires: expires)
    let begin = bench.world.now
    while bench.registers(at: 0).count < 2, bench.world.now - begin < .seconds(Int64(expires)) { bench.world.run(for: .seconds(1)) }
    let left = Duration.seconds(Int64(expires)) - (bench.world.now - begin)
    #expect(left >= (expires < 64 ? .seconds(Int64(expires) / 2 - 2) : .seconds(32)))
  }

  // Proves: rfc5627-4.4.1-3
  @Test("Whoever calls us gets the GRUU of the address that was called in our 2xx")
  func called() throws {
    var bench = Self.registered()
    bench.world.send(Script.invite())
    bench.world.settle()
    bench.world.command(0, .accept(bench.world.incoming(0) ?? SessionID(0), World.sdp("answer")))
    bench.world.settle()
    #expect(bench.world.responses(.ok).last?.contacts.first?.uri?.description == Self.permanent)
    #expect(bench.world.responses(.ok).last?.fields.optionTags(Supported.self).contains(.gruu) == true)
  }

  @Test("What is no SIP URI, or has no gr, is no GRUU")
  func nonsense() throws {
    for text in ["", "hello", "tel:+49123", "sip:alice@example.com", "sip:", "<sip:a@b;gr>"] {
      var bench = Self.registered(permanent: text, temporary: nil)
      #expect(try Self.contact(&bench).uri.sip?.parameters.has("gr") == false, "\(text)")
    }
  }
}
