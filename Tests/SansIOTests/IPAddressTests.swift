import SansIO
import Testing

@Suite("Numeric addresses")
struct IPAddressTests {
  @Test(
    "An address is read and written in the form of RFC 5952",
    arguments: [
      ("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::1"), ("[2001:DB8:0:0:0:0:0:1]", "2001:db8::1"), ("::", "::"),
      ("::1", "::1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
      ("::ffff:192.0.2.1", "::ffff:c000:201"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("fe80::", "fe80::"),
    ])
  func roundTrip(text: String, canonical: String) {
    #expect(IPAddress(text)?.description == canonical)
  }

  @Test(
    "What is no address is refused",
    arguments: [
      "", "example.com", "1.2.3", "1.2.3.256", "1.2.3.4.5", "01234.1.1.1", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "12345::", "g::", "::1.2.3", "1:2:3:4:5:6:7:8::", "+1::", "1:", "1.2.3.4:5060", "[::1", "::-1",
    ])
  func refused(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test("A socket address puts IPv6 in brackets")
  func brackets() {
    #expect(SocketAddress(.loopbackV6, port: 5060).description == "[::1]:5060")
    #expect(SocketAddress(.loopbackV4, port: 5061).description == "127.0.0.1:5061")
  }

  @Test("All of 127.0.0.0/8 is loopback")
  func loopback() {
    #expect(IPAddress("127.9.9.9")?.isLoopback == true)
    #expect(IPAddress("128.0.0.1")?.isLoopback == false)
  }
}
