import SIPMessages
import SansIO
import Testing

@Suite("RFC 3261 section 7: messages")
struct MessageParsingTests {
  static let invite = """
    INVITE sip:bob@biloxi.example.com;transport=tcp SIP/2.0
    Via: SIP/2.0/TCP client.atlanta.example.com:5060;branch=z9hG4bK74b43;rport
    v: SIP/2.0/UDP [2001:db8::9:1];received=192.0.2.7;branch=z9hG4bK1, SIP/2.0/UDP 10.0.0.1
    Max-Forwards: 70
    Route: <sip:ss1.atlanta.example.com;lr>
    From: "A. \\"Lice\\"" <sip:alice@atlanta.example.com>;tag=9fxced76sl
    To: Bob <sip:bob@biloxi.example.com>
    Call-ID: 3848276298220188511@atlanta.example.com
    CSeq: 1 INVITE
    Contact: <sip:alice@client.atlanta.example.com;transport=tcp>;q=0.5,
      <sip:alice@192.0.2.4>;expires=60
    X-Odd : kept  as it is
    Supported: 100rel, timer
    k: Replaces
    Content-Type: application/sdp
    Content-Length: 4

    v=0

    """.replacingLineEnds()

  // Proves: rfc3261-7.3.1-05
  @Test("A request gives its essentials and, on request, its other fields")
  func request() throws {
    let received = try MessageParser.parse(Array(Self.invite.utf8))
    let request = try #require(received.message.request)
    #expect(request.method == .invite)
    #expect(request.uri.sip?.user == "bob")
    #expect(request.uri.sip?.transportParameter == "tcp")
    #expect(received.essentials.topVia.branch == "z9hG4bK74b43")
    #expect(received.essentials.topVia.hasRport)
    #expect(received.essentials.topVia.port == 5060)
    #expect(received.essentials.fromTag == "9fxced76sl")
    #expect(received.essentials.toTag == nil)
    #expect(received.essentials.callID == "3848276298220188511@atlanta.example.com")
    #expect(received.essentials.cseq == CSeq(1, .invite))
    #expect(received.essentials.maxForwards == 70)
    #expect(received.essentials.contentLength == 4)
    #expect(request.from?.address.displayName == "A. \"Lice\"")
    #expect(request.vias.map(\.sentBy) == ["client.atlanta.example.com:5060", "[2001:db8::9:1]", "10.0.0.1"])
    #expect(request.contacts.map(\.q) == [500, nil])
    #expect(request.contacts.map(\.expires) == [nil, 60])
    #expect(request.fields.optionTags(Supported.self) == [.rel100, .timer, .replaces])
    #expect(request.fields.first(HeaderName("x-odd")) == "kept  as it is")
    #expect(request.contentType == .sdp)
    #expect(request.body == Array("v=0\n".utf8))
  }

  @Test("A parsed message that was not changed serialises byte for byte, and a changed one differs only where it was changed")
  func roundTrip() throws {
    let bytes = Array(Self.invite.utf8)
    var request = try #require(try MessageParser.parse(bytes).message.request)
    #expect(request.serialized() == bytes)
    request.fields.set(MaxForwards(69))
    let changed = Self.invite.replacing("Max-Forwards: 70", with: "Max-Forwards: 69")
    #expect(String(decoding: request.serialized(), as: UTF8.self) == changed)
  }
}

extension String {
  /// The text with CRLF line ends, as it travels; the body's last line keeps its bare one.
  func replacingLineEnds() -> String {
    let parts = self.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts[0].split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    return head + "\r\n\r\n" + (parts.count > 1 ? String(parts[1]) : "")
  }
}
