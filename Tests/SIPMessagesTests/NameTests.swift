import SIPMessages
import SansIO
import Testing

@Suite("RFC 3261 section 7.3: names and words on the wire")
struct NameTests {
  @Test(
    "Methods are read by their exact spelling",
    arguments: [
      "INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "PRACK", "UPDATE", "INFO", "REFER", "SUBSCRIBE", "NOTIFY", "MESSAGE",
      "PUBLISH",
      "invite", "X", "INVITER",
    ])
  func methods(_ token: String) throws {
    #expect(try CSeq("7 \(token)").method == Method(token))
  }

  @Test("Transports are read by their exact spelling", arguments: ["UDP", "TCP", "TLS", "SCTP", "WS", "udp", "TLS-SCTP", "XYZ"])
  func transports(_ token: String) throws {
    #expect(try Via("SIP/2.0/\(token) host").transport == token)
  }

  // Proves: rfc3261-7.3.3-03
  @Test(
    "Compact forms and any case name the same field",
    arguments: [
      ("v", "Via"), ("f", "From"), ("t", "To"), ("i", "Call-ID"), ("l", "Content-Length"), ("c", "Content-Type"), ("m", "Contact"),
      ("k", "Supported"), ("s", "Subject"), ("e", "Content-Encoding"), ("o", "Event"), ("u", "Allow-Events"), ("r", "Refer-To"),
      ("b", "Referred-By"), ("x", "Session-Expires"), ("y", "Identity"), ("a", "Accept-Contact"), ("j", "Reject-Contact"),
      ("d", "Request-Disposition"), ("n", "Identity-Info"), ("PROXY-authorization", "Proxy-Authorization"),
      ("www-authenticate", "WWW-Authenticate"),
      ("X-Own", "x-own"), ("content-transfer-encoding", "Content-Transfer-Encoding"),
    ])
  func compactForms(_ one: String, _ other: String) {
    #expect(HeaderName(one) == HeaderName(other))
    #expect(HeaderName(one).canonicalName == other.lowercased())
    #expect(HeaderName(one) != HeaderName(other + "x"))
  }

  @Test("Names that share their first and last letters are told apart")
  func middles() {
    #expect(HeaderName("Content-Transfer-Encoding") != HeaderName("Content-Transfor-Encoding"))
    #expect(HeaderName("Proxy-Authenticate") != HeaderName("Proxy-AXthenticate"))
  }
}
