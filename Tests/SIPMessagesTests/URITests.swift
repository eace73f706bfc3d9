import SIPMessages
import SansIO
import Testing

@Suite("RFC 3261 section 19.1: SIP and SIPS URIs")
struct URITests {
  // Proves: rfc3261-8.1.1.2-02 rfc3261-8.1.1.2-03
  @Test(
    "A URI is written as it was read",
    arguments: [
      "sip:alice@atlanta.com", "sip:alice:secretword@atlanta.com;transport=tcp",
      "sips:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:+1-212-555-1212:1234@gateway.com;user=phone",
      "sips:1212@gateway.com", "sip:alice@192.0.2.4", "sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com",
      "sip:alice;day=tuesday@atlanta.com", "sip:[2001:db8::1]:5070;lr", "tel:+1-201-555-0123", "tel:7042;phone-context=example.com",
      "urn:service:sos", "mailto:a@b.example", "cid:first@example.com", "http://www.example.com/a?b=c#d",
    ])
  func roundTrip(_ text: String) throws {
    #expect(try URI(parsing: text).description == text)
  }

  // Proves: rfc3261-7.1-01 rfc3261-19.1.1-02 rfc3261-19.1.2-02 rfc3261-19.1.2-06
  @Test(
    "What is no URI is refused",
    arguments: [
      "", "sip:", "sip", ":a", "alice@atlanta.com", "sip:@atlanta.com", "sip:alice@", "sip:alice@atlanta.com:", "sip:a@b:70000",
      "sip:a@b;", "sip:a@b;=x", "sip:a@b?", "sip:a@b?x", "sip:a b@c", "sip:a%4@b", "sip:a%zz@b", "sip:a@[2001:db8::1",
      "sip:a@2001:db8::1", "sip:alice@%61tlanta.com",
      "sip:a@b c", "sip:a\"b@c", "tel:", "tel:+", "tel:xyz", "tel:+1;=", "urn:a b", "sip:a@b<", "<sip:a@b>",
    ])
  func refused(_ text: String) {
    #expect(throws: URIError.self) { try URI(parsing: text) }
  }

  @Test(
    "19.1.4: these are equal",
    arguments: [
      ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
      ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
      ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5"),
      (
        "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
        "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"
      ),
      ("sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x"),
      ("sip:a@[2001:db8::9:1]", "sip:a@[2001:db8:0:0:0:0:9:1]"), ("sip:a@[2001:DB8::9:1]", "sip:a@[2001:db8::9:1]"),
      ("sip:a@[::ffff:192.0.2.1]", "sip:a@[::ffff:c000:201]"), ("tel:+1-201-555-0123", "tel:+12015550123"),
    ])
  func equal(_ one: String, _ other: String) throws {
    let (left, right) = (try URI(parsing: one), try URI(parsing: other))
    #expect(left.matches(right))
    #expect(right.matches(left))
  }

  // Proves: rfc3261-19.1.4-01
  @Test(
    "19.1.4: these are not equal",
    arguments: [
      ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
      ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
      ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"), ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
      ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
      ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
      ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"), ("sip:a@b", "sips:a@b"),
      ("sip:a:x@b", "sip:a@b"),
      ("sip:a%2Fb@c", "sip:a/b@c"), ("sip:a@b;user=phone", "sip:a@b"), ("tel:+1201", "tel:1201"),
      ("tel:1;phone-context=a", "tel:1;phone-context=b"), ("tel:33;ext=1;isub=2", "tel:33;isub=2;isub=2"),
    ])
  func unequal(_ one: String, _ other: String) throws {
    let (left, right) = (try URI(parsing: one), try URI(parsing: other))
    #expect(!left.matches(right))
    #expect(!right.matches(left))
  }

  // Proves: rfc3261-19.1.2-01 rfc3261-19.1.2-03 rfc3261-25.1-04
  @Test("A user with characters that need escapes is written with them, and read back without")
  func escapedUser() throws {
    let uri = SIPURI(user: "a b@c\"ü", host: .name("example.com"), parameters: Parameters([("x", "1;2"), ("lr", nil)]))
    #expect(uri.description == "sip:a%20b%40c%22%C3%BC@example.com;x=1%3B2;lr")
    let read = try SIPURI(parsing: uri.description)
    #expect(read == uri)
    #expect(read.decodedUser == "a b@c\"ü")
    #expect(read.parameters["x"] == "1;2")
    #expect(read.isLooseRouter)
  }

  @Test(
    "A URI with a parameter that is there twice matches itself: the first one counts",
    arguments: ["sip:bob@example.com;tag=a;x=1;tag=b", "tel:+1;ext=1;ext=2", "tel:7042;phone-context=a;Phone-Context=b"])
  func repeatedParameter(_ text: String) throws {
    let uri = try URI(parsing: text)
    #expect(uri.matches(uri))
    let first = try SIPURI(parsing: "sip:bob@example.com;tag=a;tag=b")
    #expect(first.matches(try SIPURI(parsing: "sip:bob@example.com;tag=a")))
    #expect(!first.matches(try SIPURI(parsing: "sip:bob@example.com;tag=b")))
  }

  @Test("RFC 3966: a number with its context")
  func tel() throws {
    let local = try #require(try URI(parsing: "tel:863-1234;phone-context=+1-914-555").tel)
    #expect(!local.isGlobal)
    #expect(local.digits == "8631234")
    #expect(local.parameters["phone-context"] == "+1-914-555")
    #expect(TelURI(number: "+49 30") == nil)
    #expect(TelURI(number: "+49-30")?.isGlobal == true)
  }
}
