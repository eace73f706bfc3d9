import SIPMessages
import SansIO
import Testing

@Suite("XML 1.0 with namespaces, strict and bounded")
struct XMLTests {
  private static func code(_ text: String, limits: XMLLimits = XMLLimits()) -> XMLError.Code? {
    do throws(XMLError) {
      _ = try XMLElement(parsing: Array(text.utf8), limits: limits)
      return nil
    } catch { return error.code }
  }

  @Test("Elements, attributes, namespaces, text, CDATA, comments and instructions")
  func reads() throws {
    let text = """
      \u{FEFF}<?xml version="1.0" encoding="UTF-8"?>
      <!-- before -->
      <a xmlns="urn:one" xmlns:x="urn:two" k='v &lt;&#65;&#x42;' x:k="other">
        one<b/><x:b y="1&#10;2">t<![CDATA[<w>&]]>o</x:b ><?pi x?><!-- - in it --> &amp; two
        <c xmlns=""><d/></c>
      </a>
      """
    let root = try XMLElement(parsing: Array(text.utf8))
    #expect(root.name == "a" && root.namespace == "urn:one" && root["k"] == "v <AB")
    #expect(root.attributes.map(\.namespace) == ["", "urn:two"])
    #expect(root.children.map(\.name) == ["b", "b", "c"])
    #expect(root.children.map(\.namespace) == ["urn:one", "urn:two", ""])
    #expect(root.all("b").count == 1 && root.first("c") == nil)
    #expect(root.children[1].text == "t<w>&o" && root.children[1]["y"] == "1\n2")
    #expect(root.children[2].first("d")?.namespace == "")
    #expect(root.text.split(whereSeparator: \.isWhitespace).joined(separator: " ") == "one & two")
  }

  static let broken: [(String, XMLError.Code)] = [
    ("", .malformed), ("text", .malformed), ("<a>", .malformed), ("<a></b>", .malformed), ("<a/><b/>", .malformed),
    ("<a/>text", .malformed), ("<a b='1' b='2'/>", .malformed), ("<a b='<'/>", .malformed), ("<a b=1/>", .malformed),
    ("<a b='1'c='2'/>", .malformed), ("<a><b></a></b>", .malformed), ("<a>&#0;</a>", .malformed), ("<a>&#xD800;</a>", .malformed),
    ("<a>& </a>", .malformed), ("<a>\u{1}</a>", .malformed), ("<1a/>", .malformed), ("<a><!-- -- --></a>", .malformed),
    ("<a><!-- </a>", .malformed), ("<a><![CDATA[ </a>", .malformed), ("<a", .malformed), ("<a b", .malformed),
    ("<a b='", .malformed),
    ("<a xmlns:x='u' xmlns:y='u' x:b='1' y:b='2'/>", .malformed), ("<:a/>", .malformed), ("<a>&#+65;</a>", .malformed),
    ("<x:a/>", .unknownPrefix), ("<a x:b='1'/>", .unknownPrefix),
    ("<a>&nbsp;</a>", .unknownEntity), ("<a b='&e;'/>", .unknownEntity),
    ("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", .documentType),
    ("<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;'>]><lolz>&lol2;</lolz>", .documentType),
    ("<?xml version='1.0' encoding='UTF-16'?><a/>", .encoding),
  ]

  @Test("What is not well-formed, has a document type or an entity is refused", arguments: broken.indices)
  func refuses(index: Int) {
    let (text, expected) = Self.broken[index]
    #expect(Self.code(text) == expected, "\(text)")
  }

  @Test("Depth, number and size are bounded, and bytes that are no UTF-8 are refused")
  func bounds() {
    func nested(_ depth: Int) -> String { String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth) }
    #expect(Self.code(nested(16)) == nil && Self.code(nested(17)) == .tooLarge && Self.code(nested(9000)) == .tooLarge)
    #expect(Self.code("<a>" + String(repeating: "<b/>", count: 2047) + "</a>") == nil)
    #expect(Self.code("<a>" + String(repeating: "<b/>", count: 2048) + "</a>") == .tooLarge)
    #expect(Self.code("<a>" + String(repeating: "x", count: 70_000) + "</a>") == .tooLarge)
    #expect(Self.code("<a " + (0..<40).map { "k\($0)='v'" }.joined(separator: " ") + "/>") == .tooLarge)
    #expect((try? XMLElement(parsing: Array("<a>".utf8) + [0xFF] + Array("</a>".utf8))) == nil)
  }

  @Test("No bytes make it fail otherwise", arguments: 0..<8)
  func mutations(seed: Int) throws {
    let text = "<?xml version=\"1.0\"?><r xmlns=\"u\" xmlns:x='v'><!-- c --><a x:k=\"1\">t&amp;<![CDATA[x]]></a><b/>&#65;</r>"
    var random = RandomSource(seed: UInt64(seed) + 77)
    for _ in 0..<500 {
      var bytes = Array(text.utf8)
      for _ in 0...random.next(below: 4) {
        let place = Int(random.next(below: UInt64(bytes.count)))
        switch random.next(below: 3) {
        case 0: bytes[place] = UInt8(random.next(below: 256))
        case 1: bytes.remove(at: place)
        default: bytes.insert(contentsOf: bytes[..<place], at: place)
        }
        if bytes.isEmpty { bytes = [60] }
      }
      _ = try? XMLElement(parsing: bytes)
    }
  }
}
