import SIPMessages
import SansIO
import Testing

@Suite("RFC 3261 sections 7, 19.1 and 20: the form of what we write, and how we read what others write")
struct WireFormTests {
  private func parse(_ lines: [String]) throws -> Request {
    let head = [
      "OPTIONS sip:alice@example.com SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.101;branch=z9hG4bK1", "From: <sip:bob@example.com>;tag=b",
      "To: <sip:alice@example.com>", "Call-ID: c", "CSeq: 1 OPTIONS",
    ]
    let text = (head + lines + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
    return try #require(try MessageParser.parse(Array(text.utf8)).message.request)
  }

  // Proves: rfc3261-7-01 rfc3261-7-02 rfc3261-7.1-04 rfc3261-7.1-05 rfc3261-20.14-03
  @Test("Every line ends with CRLF, an empty line stands even before no body, and the version is SIP/2.0 in upper case")
  func lines() throws {
    let request = try parse(["Subject: x"])
    var built = Request(method: .options, uri: try URI(parsing: "sip:a@example.com"), fields: request.fields)
    built.fields.set(name: .subject, value: "y")
    var response = Response(to: request, status: .ok, toTag: "t")
    response.fields.append(name: .subject, value: "z")
    for bytes in [built.serialized(), response.serialized()] {
      for (index, byte) in bytes.enumerated() {
        if byte == 10 { #expect(index > 0 && bytes[index - 1] == 13) }
        if byte == 13 { #expect(index + 1 < bytes.count && bytes[index + 1] == 10) }
      }
      #expect(Array(bytes.suffix(4)) == [13, 10, 13, 10])
      let lines = String(decoding: bytes.filter { $0 != 13 }, as: UTF8.self).split(separator: "\n")
      let first = try #require(lines.first)
      #expect(first == "OPTIONS sip:a@example.com SIP/2.0" || first == "SIP/2.0 200 OK")
      #expect(lines.contains("Content-Length: 0"))
    }
  }

  // Proves: rfc3261-7.3.1-03 rfc3261-7.3.1-05 rfc3261-7.3.1-02
  @Test(
    "Several rows of one name mean the same as one row with commas, in any mixture",
    arguments: [
      ("Route", ["<sip:a.example;lr>", "\"x, y\" <sip:b.example;lr>;p=1", "<sip:c.example;x=1;lr>"]),
      ("Contact", ["<sip:a@b>;q=0.5", "\"Bell, A\" <sip:c@d>"]), ("Supported", ["100rel", "timer", "path"]),
      ("Via", ["SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa", "SIP/2.0/TCP proxy.example;branch=z9hG4bKb"]),
    ])
  func rows(_ name: String, _ values: [String]) throws {
    let apart = try parse(values.map { "\(name): \($0)" })
    let together = try parse(["\(name): " + values.joined(separator: ", ")])
    let mixed = try parse(["\(name): " + values.dropLast().joined(separator: ","), "\(name): \(values.last ?? "")"])
    func read(_ request: Request) -> [String] {
      request.routes.map(\.text) + request.contacts.map(\.text) + request.vias.map(\.text)
        + request.fields.optionTags(Supported.self).map { "\($0)" }
    }
    #expect(read(apart).count >= values.count)
    #expect(read(apart) == read(together))
    #expect(read(apart) == read(mixed))
  }

  // Proves: rfc3261-7.3.1-04 rfc3261-20.7-01 rfc3261-20.28-01
  @Test("Challenges and credentials have a row each: they are read as one value with commas, and never joined when written")
  func credentials() throws {
    var request = try parse([
      #"Proxy-Authorization: Digest username="a", realm="one", nonce="1", uri="sip:x", response="0""#,
      #"Authorization: Digest username="a", realm="two", nonce="2", uri="sip:x", response="0""#,
    ])
    var third = ProxyAuthorization(scheme: "Digest")
    third.parameters.setQuoted("realm", "three")
    request.fields.append(third)
    var fourth = Authorization(scheme: "Digest")
    fourth.parameters.setQuoted("realm", "four")
    request.fields.append(fourth)
    #expect(request.values(ProxyAuthorization.self).map { $0.parameters["realm"] } == ["one", "three"])
    #expect(request.values(Authorization.self).map { $0.parameters["realm"] } == ["two", "four"])
    let lines = String(decoding: request.serialized().filter { $0 != 13 }, as: UTF8.self).split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("Proxy-Authorization: Digest") } == 2)
    #expect(lines.count { $0.hasPrefix("Authorization: Digest") } == 2)
  }

  // Proves: rfc3261-7.3.1-06 rfc3261-19.1.1-07
  @Test("A parameter that is set again, in any case, stands once")
  func parameters() throws {
    var to = try To("<sip:alice@example.com>;tag=a")
    to.address.parameters.set("TAG", "b")
    to.tag = "c"
    #expect(to.text == "<sip:alice@example.com>;tag=c")
    var uri = try SIPURI(parsing: "sip:alice@example.com;transport=tcp;lr")
    uri.parameters.set("Transport", "udp")
    uri.parameters.set("lr")
    #expect(uri.description == "sip:alice@example.com;Transport=udp;lr")
  }

  // Proves: rfc3261-7.4.1-01 rfc3261-7.4.1-02 rfc3261-20.15-01
  @Test("A body goes with its Content-Type and no Content-Encoding; without one both are gone")
  func bodies() throws {
    var request = try parse([])
    request.setContent(Body(contentType: .sdp, bytes: Array("v=0".utf8)))
    let sent = try #require(try MessageParser.parse(request.serialized()).message.request)
    #expect(sent.contentType == .sdp && sent.body == Array("v=0".utf8))
    #expect(!sent.fields.contains(.contentEncoding))
    request.setContent(nil)
    #expect(!request.fields.contains(.contentType) && request.body.isEmpty)
  }

  // Proves: rfc3261-19.1.2-05 rfc3261-19.1.2-02 rfc3261-7.1-01
  @Test(
    "What may not stand in the user part is escaped: of a telephone number, and of anything else",
    arguments: [
      ("*21#", "sip:*21%23@gw.example"), ("+1-212-555;postd=pp22", "sip:+1-212-555;postd=pp22@gw.example"),
      ("a b", "sip:a%20b@gw.example"), ("a\u{1}<b>", "sip:a%01%3Cb%3E@gw.example"),
    ])
  func users(_ user: String, _ text: String) {
    #expect(SIPURI(user: user, host: .name("gw.example")).description == text)
  }

  // Proves: rfc3261-19.1.1-12 rfc3261-20-10
  @Test("Parameters that nobody knows are kept and change nothing, in a URI and in a field")
  func unknownParameters() throws {
    let request = try parse(["Contact: <sip:bob@192.0.2.4;future=1;flag>;expires=60;other=\"a;b\""])
    let contact = try #require(request.contacts.first)
    #expect(contact.uri?.sip?.host.description == "192.0.2.4")
    #expect(contact.expires == 60)
    #expect(contact.text == "<sip:bob@192.0.2.4;future=1;flag>;expires=60;other=\"a;b\"")
  }

  // Proves: rfc3261-20-11 rfc3261-20.10-01 rfc3261-20.20-02 rfc3261-20.31-03
  @Test(
    "An address is written in angle brackets, whatever its URI holds",
    arguments: ["sip:a,b@c", "sip:a@b;c=d", "sip:a@b?subject=x", "sip:a@b"])
  func brackets(_ text: String) throws {
    let uri = try URI(parsing: text)
    for written in [Contact(uri).text, From(NameAddress(uri: uri)).text, To(NameAddress(uri: uri)).text, ReplyTo(uri).text] {
      #expect(written.hasPrefix("<\(text)>"))
    }
  }

  // Proves: rfc3261-20.16-01 rfc3261-8.1.1.5-02
  @Test("A sequence number is below 2^31, read and written")
  func sequenceNumbers() throws {
    #expect(try CSeq("2147483647 BYE").number == CSeq.largestNumber)
    #expect(throws: HeaderError.self) { try CSeq("2147483648 BYE") }
    #expect(throws: HeaderError.self) { try CSeq("4294967296 BYE") }
    #expect(CSeq.largestNumber < 1 << 31)
  }

  // Proves: rfc3261-8.2.2-01 rfc3261-8.2.2-02 rfc3261-7.3.2-01
  @Test("Fields that are unknown, malformed or out of place are no reason not to read a message")
  func strangeFields() throws {
    let request = try parse([
      "X-Future: whatever, ;;; \"", "Min-Expires: not a number", "WWW-Authenticate: \"", "Retry-After: soon", "Warning: x",
      "Unsupported: foo",
    ])
    #expect(request.method == .options && request.callID == "c")
    #expect(request.value(MinExpires.self) == nil)
  }

  // Proves: rfc3261-18.1.1-03
  @Test("A message as large as a datagram can be is read")
  func largest() throws {
    let head = "MESSAGE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c;branch=z9hG4bK1\r\nFrom: <sip:x@y>;tag=1\r\nTo: <sip:a@b>\r\n"
    let rest = "Call-ID: c\r\nCSeq: 1 MESSAGE\r\nContent-Type: text/plain\r\nContent-Length: 65000\r\n\r\n"
    let bytes = Array((head + rest).utf8) + Array(repeating: UInt8(ascii: "x"), count: 65_000)
    #expect(bytes.count < 65_507)
    #expect(try MessageParser.parse(bytes).message.body.count == 65_000)
  }

  // Proves: rfc3261-25.1-02
  @Test(
    "A parameter value of ours with a special character is in quotes, and reads back",
    arguments: "()<>@,;:\\\"/[]?={} \t".map(String.init))
  func quotedValue(_ special: String) throws {
    var contact = Contact(NameAddress(uri: try URI(parsing: "sip:a@b")))
    for value in ["a\(special)b", special] {
      contact.parameters.set("x", value)
      let raw = try #require(contact.parameters.rawValue("x"))
      #expect(raw.hasPrefix("\"") && raw.hasSuffix("\"") && raw.utf8.count >= 3)
      #expect(try Contact(contact.text).parameters["x"] == value)
    }
  }

  @Test("A tag that should have had quotes goes back as it came: its maker compares it as written")
  func foreignTag() throws {
    let from = try From("<sip:a@b>;tag=YWI/Yw==")
    var to = To(NameAddress(uri: try URI(parsing: "sip:a@b")))
    to.tag = from.tag
    #expect(to.text == "<sip:a@b>;tag=YWI/Yw==")
    let replaces = Replaces(callID: "c", toTag: try #require(from.tag), fromTag: "x")
    #expect(replaces.text == "c;to-tag=YWI/Yw==;from-tag=x")
  }

  @Test("Tokens and addresses stand bare", arguments: ["tag.1-2", "z9hG4bK!%*_+`'~", "192.0.2.1", "2001:db8::1", "[2001:db8::1]"])
  func bareValue(_ value: String) {
    #expect(Parameters([("x", value)]).rawValue("x") == value)
  }
}
