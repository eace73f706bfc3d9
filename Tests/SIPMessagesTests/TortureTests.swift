import SIPMessages
import SansIO
import Testing

@Suite("RFC 4475 and RFC 5118: torture messages")
struct TortureTests {
  @Test("Every torture message has a verdict")
  func complete() {
    #expect(TortureCase.all.map(\.file).sorted() == TortureCase.files)
    #expect(TortureCase.all.count == 62)
  }

  @Test("The parser says of each message what its RFC asks for", arguments: TortureCase.all)
  func verdict(_ torture: TortureCase) throws {
    let bytes = try torture.bytes
    do {
      let received = try MessageParser.parse(bytes)
      #expect(torture.parserVerdict == "message")
      let serialized = received.message.serialized()
      #expect(bytes.starts(with: serialized), "what was parsed and not changed serialises byte for byte")
      #expect(serialized.count == bytes.count || torture.file == "rfc4475/dblreq.dat")
    } catch {
      #expect(torture.parserVerdict == "\(error.code)", "\(error)")
    }
  }

  @Test("A request that is refused with 400 was read well enough to be answered", arguments: TortureCase.all)
  func salvage(_ torture: TortureCase) throws {
    guard torture.parserVerdict != "message", torture.answers[0] != "dropped" else { return }
    let bytes = try torture.bytes
    let error = #expect(throws: ParseError.self) { try MessageParser.parse(bytes) }
    let request = try #require(error?.salvage)
    let response = Response(to: request, status: .badRequest)
    #expect(response.serialized().starts(with: Array("SIP/2.0 400 Bad Request\r\nVia: ".utf8)) || response.topVia != nil)
    #expect(response.serialized().count <= bytes.count + 40)
  }

  @Test("A response that is refused has nothing to be answered with", arguments: ["bigcode", "scalarlg"])
  func responsesAreNeverAnswered(_ name: String) throws {
    let bytes = try message(name)
    let error = #expect(throws: ParseError.self) { try MessageParser.parse(bytes) }
    #expect(error?.salvage == nil)
  }

  @Test("3.1.1.1: a short tortuous INVITE is read in spite of folding, odd case, compact forms and escapes")
  func tortuous() throws {
    let received = try MessageParser.parse(try message("wsinv"))
    let request = try #require(received.message.request)
    #expect(request.uri.sip?.host == .name("chair-dnrc.EXAMPLE.com"))
    #expect(request.uri.sip?.parameters["unknownparam"] == nil)
    #expect(request.uri.sip?.parameters.has("unknownparam") == true)
    #expect(request.to?.uri.description == "sip:vivekg@chair-dnrc.example.com")
    #expect(request.to?.tag == "1918181833n")
    #expect(request.from?.address.displayName == "J Rosenberg \\\"")
    #expect(request.from?.tag == "98asjd8")
    #expect(request.maxForwards == 68)
    #expect(received.essentials.cseq == CSeq(9, .invite))
    #expect(request.vias.map(\.sentBy) == ["192.0.2.2", "spindle.example.com", "192.168.255.111"])
    #expect(request.vias.map(\.transport) == ["UDP", "TCP", "UDP"])
    #expect(request.vias[0].branch == "390skdjuw")
    #expect(request.routes.first?.uri.sip?.host == .name("services.example.com"))
    #expect(request.routes.count == 1)
    #expect(request.contacts.first?.address?.displayName == "Quoted string \"\"")
    #expect(request.contacts.first?.uri?.sip?.user == "jdrosen")
    #expect(request.contacts.first?.parameters["newparam"] == "newvalue")
    #expect(request.contacts.first?.q == 330)
    #expect(request.fields.first(HeaderName("NewFangledHeader"))?.hasPrefix("newfangled value") == true)
  }

  @Test("3.1.1.2: every character of the grammar is taken where it may stand")
  func wideRange() throws {
    let request = try #require(try MessageParser.parse(try message("intmeth")).message.request)
    #expect(request.method.token == "!interesting-Method0123456789_*+`.%indeed'~")
    #expect(request.uri.sip?.decodedUser == "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*")
    #expect(request.uri.sip?.host == .name("example.com"))
    #expect(request.to?.address.displayName == "BEL:\u{07} NUL:\u{00} DEL:\u{7F}")
    #expect(request.from?.address.parameters.elements.count == 2)
  }

  @Test("3.1.1.3 and 3.1.1.4: escapes are resolved only when asked, a null too")
  func escapes() throws {
    let escaped = try #require(try MessageParser.parse(try message("esc01")).message.request)
    #expect(escaped.uri.sip?.user == "sips%3Auser%40example.com")
    #expect(escaped.uri.sip?.decodedUser == "sips:user@example.com")
    let null = try #require(try MessageParser.parse(try message("escnull")).message.request)
    #expect(null.contacts.map { $0.uri?.sip?.decodedUser } == ["\u{0}", "\u{0}\u{0}"])
    let method = try #require(try MessageParser.parse(try message("esc02")).message.request)
    #expect(method.method != .register)
    #expect(method.method.token == "RE%47IST%45R")
  }

  @Test("3.1.1.7: long values are read whole")
  func long() throws {
    let request = try #require(try MessageParser.parse(try message("longreq")).message.request)
    #expect(request.vias.count == 34)
    #expect(request.contacts.count == 1)
    #expect(request.from?.tag?.utf8.count == 155)
    #expect(request.to?.address.displayName?.utf8.count == 103)
    #expect(request.to?.uri.sip?.parameters.elements.count == 3)
    #expect(request.to?.uri.sip?.port == 6000)
  }

  @Test("3.1.1.8: what follows the body in a datagram is not part of the message")
  func twoRequests() throws {
    let received = try MessageParser.parse(try message("dblreq"))
    #expect(received.message.request?.method == .register)
    #expect(received.message.body.isEmpty)
    #expect(received.wire.count > received.message.serialized().count)
  }

  @Test("3.1.1.9: semicolons before the @ belong to the user")
  func semicolons() throws {
    let request = try #require(try MessageParser.parse(try message("semiuri")).message.request)
    #expect(request.uri.sip?.user == "user;par=u%40example.net")
    #expect(request.uri.sip?.parameters.isEmpty == true)
  }

  @Test("3.1.1.10: transports nobody speaks are read")
  func transports() throws {
    let request = try #require(try MessageParser.parse(try message("transports")).message.request)
    #expect(request.vias.map(\.transport) == ["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"])
  }

  @Test("3.1.1.11: a multipart body comes apart, its binary part untouched")
  func multipart() throws {
    let request = try #require(try MessageParser.parse(try message("mpart01")).message.request)
    let parts = try #require(request.content.flatMap { Multipart($0) })
    #expect(parts.parts.count == 2)
    #expect(parts.parts[0].contentType == ContentType("text", "plain"))
    #expect(String(decoding: parts.parts[0].bytes, as: UTF8.self) == "Hello")
    #expect(parts.parts[1].contentType.mediaType == "application/octet-stream")
    #expect(parts.parts[1].bytes.contains(0))
  }

  @Test("3.1.1.12 and 3.1.1.13: the reason phrase may hold any text, and may be empty")
  func reasons() throws {
    let unusual = try #require(try MessageParser.parse(try message("unreason")).message.response)
    #expect(unusual.reason == "= 2**3 * 5**2 но сто девяносто девять - простое")
    let none = try #require(try MessageParser.parse(try message("noreason")).message.response)
    #expect(none.reason == "")
    #expect(none.status == .trying)
  }

  @Test("3.1.2.15: a comma in a display name without quotes is refused")
  func displayNameWithoutQuotes() throws {
    // The archive forgot the empty line after the head of this one.
    let bytes = try message("baddn") + [0x0D, 0x0A]
    let error = #expect(throws: ParseError.self) { try MessageParser.parse(bytes) }
    #expect(error?.code == .badFrom)
    #expect(error?.salvage != nil)
  }

  @Test("3.1.2.16: another version is read, and left to the core to refuse")
  func version() throws {
    #expect(try MessageParser.parse(try message("badvers")).message.request?.version == "SIP/7.0")
  }

  @Test("3.3.12 to 3.3.14: parameters inside and outside the angle brackets are told apart")
  func contactParameters() throws {
    let outside = try #require(try MessageParser.parse(try message("cparam01")).message.request)
    #expect(outside.contacts.first?.parameters.has("unknownparam") == true)
    #expect(outside.contacts.first?.uri?.sip?.parameters.isEmpty == true)
    let inside = try #require(try MessageParser.parse(try message("cparam02")).message.request)
    #expect(inside.contacts.first?.uri?.sip?.parameters.has("unknownparam") == true)
    let escaped = try #require(try MessageParser.parse(try message("regescrt")).message.request)
    #expect(escaped.contacts.first?.uri?.sip?.headers.first?.decodedValue == "<sip:sip.example.com>")
  }

  @Test("RFC 5118 section 4.2: an IPv6 address without brackets is no Request-URI")
  func withoutBrackets() throws {
    let request = try #require(try MessageParser.parse(try message("ipv6-bad", "rfc5118")).message.request)
    #expect(request.uri == .other(scheme: "", rest: "sip:2001:db8::10"))
  }

  @Test("RFC 5118 sections 4.3 and 4.4: the brackets decide what is port and what is address")
  func ports() throws {
    let ambiguous = try #require(try MessageParser.parse(try message("port-ambiguous", "rfc5118")).message.request)
    #expect(ambiguous.uri.sip?.host.address == IPAddress("2001:db8::10:5070"))
    #expect(ambiguous.uri.sip?.port == nil)
    let clear = try #require(try MessageParser.parse(try message("port-unambiguous", "rfc5118")).message.request)
    #expect(clear.uri.sip?.host.address == IPAddress("2001:db8::10"))
    #expect(clear.uri.sip?.port == 5070)
  }

  @Test(
    "RFC 5118 section 4.5: received is read with and without brackets",
    arguments: ["via-received-param-with-delim", "via-received-param-no-delim"])
  func received(_ name: String) throws {
    let request = try #require(try MessageParser.parse(try message(name, "rfc5118")).message.request)
    #expect(request.topVia?.received == IPAddress("2001:db8::9:255"))
  }

  @Test("RFC 5118 section 4.10: the extra colon of RFC 3261's grammar is forgiven")
  func threeColons() throws {
    let wrong = try #require(try MessageParser.parse(try message("ipv6-bug-abnf-3-colons", "rfc5118")).message.request)
    let right = try #require(try MessageParser.parse(try message("ipv6-correct-abnf-2-colons", "rfc5118")).message.request)
    #expect(wrong.uri == right.uri)
    #expect(right.uri.sip?.host.address == IPAddress("2001:db8::192.0.2.1"))
  }

  private func message(_ name: String, _ directory: String = "rfc4475") throws -> [UInt8] {
    let file = "\(directory)/\(name).dat"
    return try #require(TortureCase.all.first { $0.file == file }).bytes
  }
}
