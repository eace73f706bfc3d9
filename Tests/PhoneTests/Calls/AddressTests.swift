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
}
