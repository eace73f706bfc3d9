import SIPMessages
import Testing

@Suite("RFC 3261 section 20.33: Retry-After")
struct RetryAfterTests {
  @Test("A comment that holds comments is written as it was read", arguments: ["5 (a (b) c)", "5 (a \\) b);duration=60"])
  func nested(_ text: String) throws {
    let header = try RetryAfter(text)
    #expect(header.text == text)
    #expect(try RetryAfter(header.text) == header)
  }

  @Test("A comment of ours cannot end the comment or the field", arguments: ["a) b", "a (", "a\\", "a\r\nb"])
  func broken(_ comment: String) throws {
    let text = RetryAfter(5, comment: comment).text
    #expect(try RetryAfter(text).seconds == 5)
    #expect(!text.utf8.contains(0x0A))
  }
}
