import SIPMessages
import SansIO
import Testing

@Suite("RFC 3261 section 20.10 and RFC 8217: addresses")
struct AddressTests {
  @Test("Parameters after angle brackets belong to the field, within them to the URI; without brackets all belong to the field")
  func owners() throws {
    let inside = try Route("<sip:p.example.com;lr>;x=1")
    #expect(inside.uri.sip?.isLooseRouter == true)
    #expect(inside.address.parameters["x"] == "1")
    let bare = try To("sip:bob@example.com;user=phone;tag=7")
    #expect(bare.tag == "7")
    #expect(bare.address.uri.sip?.parameters.isEmpty == true)
    #expect(bare.address.parameters["user"] == "phone")
  }

  @Test(
    "Display names are read in all their forms",
    arguments: [
      ("\"Mr. Watson\" <sip:w@b.example>", "Mr. Watson"), ("Alice  Liddell <sip:a@b.example>", "Alice  Liddell"),
      ("\"a\\\\b\\\"c\" <sip:a@b.example>", "a\\b\"c"), ("\"<sip:x@y>\" <sip:a@b.example>", "<sip:x@y>"),
      ("Jürgen<sip:a@b.example>", "Jürgen"), ("\"a\r b\\\r\" <sip:a@b.example>", "a  b "),
      ("\"semi;colon, comma\" <sip:a@b.example>;tag=1", "semi;colon, comma"),
    ])
  func displayNames(_ text: String, _ name: String) throws {
    let from = try From(text)
    #expect(from.address.displayName == name)
    #expect(from.address.uri == .sip(SIPURI(user: from.address.uri.sip?.user, host: .name("b.example"))))
    #expect(try From(from.text) == from)
  }

  @Test("No display name and an empty one are the same", arguments: ["<sip:a@b>", "\"\" <sip:a@b>", "sip:a@b", "  <sip:a@b>  "])
  func noDisplayName(_ text: String) throws {
    #expect(try From(text).address.displayName == nil)
  }

  @Test("Control characters in a display name survive as data, and line ends cannot break out of the field")
  func controlCharacters() throws {
    let from = try From("\"a\u{1B}[31m\u{07}\" <sip:a@b>")
    #expect(from.address.displayName == "a\u{1B}[31m\u{07}")
    let injected = From(NameAddress(uri: try URI(parsing: "sip:a@b"), displayName: "x\r\nVia: evil"))
    #expect(!injected.text.contains("\r\n"))
    var fields = HeaderFields()
    fields.append(injected)
    fields.append(name: .subject, value: "a\r\nEvil: 1")
    fields.append(Contact(NameAddress(uri: .other(scheme: "", rest: "a\r\nEvil: 2"), parameters: Parameters([("a", "b\r\nc")]))))
    let request = Request(method: .options, uri: try URI(parsing: "sip:a@b"), fields: fields)
    let lines = String(decoding: request.serialized(), as: UTF8.self).components("\r\n")
    #expect(lines.count == 7)
    #expect(!lines.contains { $0.hasPrefix("Evil") || $0.hasPrefix("Via") })
  }

  // Proves: rfc3261-20-11
  @Test(
    "What is no address is refused",
    arguments: [
      "", "<>", "<sip:a@b", "sip:a@b>", "\"a <sip:a@b>", "Bell, A <sip:a@b>", "<sip:a@b> x", "< sip:a@b >", "sip:a@b?x=y",
      "a;b <sip:a@b>",
      "<sip:a@b>;", "<sip:a@b>;=1", "<sip:a@b>;a=\"b", "<<sip:a@b>>",
    ])
  func refused(_ text: String) {
    #expect(throws: HeaderError.self) { try To(text) }
  }

  @Test("A wildcard Contact is told from an address")
  func wildcard() throws {
    #expect(try Contact("*").isWildcard)
    #expect(Contact.wildcard.text == "*")
    #expect(throws: HeaderError.self) { try Contact("*@x") }
  }
}

extension String {
  func components(_ separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
