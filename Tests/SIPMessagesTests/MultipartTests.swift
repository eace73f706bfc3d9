import SIPMessages
import Testing

@Suite("RFC 2392: the part that a Content-ID names")
struct MultipartTests {
  private static func bodies(_ identifiers: [String]) -> Multipart {
    Multipart(
      boundary: "b",
      parts: identifiers.map {
        Multipart.Part(Body(contentType: ContentType("text", "plain"), bytes: Array($0.utf8)), contentID: $0)
      })
  }

  @Test("A part is found by its Content-ID, by a URI and by an escaped one, also within an inner body")
  func found() {
    let inner = Self.bodies(["one@x", "two%three@x"])
    let outer = Multipart(boundary: "o", parts: [Multipart.Part(inner.body)])
    for name in ["one@x", "cid:one@x", "CID:one%40x"] {
      #expect(outer.part(contentID: name)?.contentID == "one@x", "\(name)")
    }
    #expect(outer.part(contentID: "cid:two%25three@x")?.contentID == "two%three@x")
    #expect(outer.part(contentID: "cid:three@x") == nil)
  }

  @Test("A Content-ID that looks like a URI, or like an escaped one, names its part", arguments: ["cID:c", "cid:a%41", "a%41@x"])
  func looksLikeURI(_ identifier: String) {
    #expect(Self.bodies(["other@x", identifier]).part(contentID: identifier)?.contentID == identifier)
  }

  @Test("Where both readings have a part, the one of the URI counts")
  func uriFirst() {
    let parts = Self.bodies(["cid:c", "c"])
    #expect(parts.part(contentID: "cid:c")?.contentID == "c")
    #expect(parts.part(contentID: "cid:cid:c")?.contentID == "cid:c")
  }
}
