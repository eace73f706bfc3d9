import SIPMessages
import Testing

@testable import Phone

@Suite("What can be dialled")
struct DialTargetTests {
  private let contacts = [
    ContactConfiguration(name: "Clara Weiss", uri: .sip(try! SIPURI(parsing: "sip:clara@clinic.example"))),
    ContactConfiguration(name: "Carl", uri: .sip(try! SIPURI(parsing: "sip:carl@example.com"))),
    ContactConfiguration(name: "Clark", uri: .sip(try! SIPURI(parsing: "sip:clark@example.com"))),
  ]
  private let home = try! SIPURI(parsing: "sip:alice@example.com")

  // Proves: rfc3261-19.1.1-10 rfc3261-19.1.6-01 rfc3261-19.1.5-11
  @Test(
    "URIs, addresses, numbers, users and contacts become URIs",
    arguments: [
      ("sip:bob@example.org", "sip:bob@example.org"), ("SIPS:bob@example.org", "sips:bob@example.org"),
      ("bob@example.org", "sip:bob@example.org"), ("192.0.2.7", "sip:192.0.2.7"),
      ("+49 (30) 123-456", "sip:+4930123456@example.com;user=phone"), ("201", "sip:201@example.com"),
      ("*67#", "sip:*67%23@example.com"), ("+*67", "sip:+*67@example.com"), ("echo", "sip:echo@example.com"),
      ("clara weiss", "sip:clara@clinic.example"), ("Carl", "sip:carl@example.com"),
      ("cla r", "?"), ("tel:+4930123456", "sip:+4930123456@example.com;user=phone"),
      ("sip:bob@example.org?Replaces=x&Subject=y", "sip:bob@example.org"),
      ("TEL:+49-30-123;POSTD=PP22", "sip:+4930123;postd=pp22@example.com;user=phone"),
      ("tel:+4930123;tsp=a.b;phone-context=5;ISUB=9", "sip:+4930123;isub=9;phone-context=5;tsp=a.b@example.com;user=phone"),
      ("tel:7042;phone-context=example.com", "sip:7042;phone-context=example.com@example.com;user=phone"),
      ("tel:*#1;x=[1]:%41;y=%", "sip:*%231;x=%5B1%5D%3A%2541;y=%25@example.com;user=phone"),
      ("tel:*#1;x=[1]:%41", "sip:*%231;x=%5B1%5D%3A%41@example.com;user=phone"),
      ("sip:bob@example.org;method=INVITE", "sip:bob@example.org"), ("sip:bob@example.org;method=REGISTER", "?"),
      ("sip:bob@example.org?Subject=x&Require=foo", "?"),
      ("mailto:x@y", "sip:mailto:x@y"), ("", "?"), ("two words", "?"),
    ])
  func resolves(typed: String, uri: String) {
    let resolved = (try? DialTarget.resolve(typed, contacts: contacts, home: home))?.description ?? "?"
    #expect(resolved == uri)
  }

  @Test("A beginning that fits several contacts names them")
  func ambiguous() {
    #expect(throws: DialTarget.Unusable(reason: "“cla” could be Clara Weiss, Clark: type more of the name.")) {
      try DialTarget.resolve("cla", contacts: contacts, home: home)
    }
  }

  @Test("Without a domain a bare number says what is missing")
  func noHome() {
    #expect(throws: DialTarget.Unusable(reason: "“201” is no contact, and there is no account whose domain could know it.")) {
      try DialTarget.resolve("201", contacts: [], home: nil)
    }
  }
}
