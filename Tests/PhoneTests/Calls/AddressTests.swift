import SIPMessages
import Testing

@testable import Phone

@Suite("Addresses as text")
struct AddressTests {
  @Test(
    "The host is found with and without port and brackets",
    arguments: [
      ("192.0.2.1:5060", "192.0.2.1"), ("192.0.2.1", "192.0.2.1"), ("[2001:db8::1]:5061", "2001:db8::1"),
      ("[2001:db8::1]", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"), ("edge.example.com:5061", "edge.example.com"),
      ("edge.example.com", "edge.example.com"), ("", ""), ("]", "]"), ("[", "["), (":", ""),
    ])
  func host(text: String, host: String) {
    #expect(Phone.host(of: text) == host)
  }

  // Proves: rfc5627-4.6-1
  @Test("A GRUU is shown without what makes it one; other parameters stay")
  func hidden() throws {
    let gruu = try URI(parsing: "sip:bob@example.com;gr=urn:uuid:1;user=phone")
    #expect(PeerIdentification.shown(gruu) == "sip:bob@example.com;user=phone")
    #expect(PeerIdentification.shown(try URI(parsing: "sip:bob@example.com;x=1")) == "sip:bob@example.com;x=1")
  }
}
