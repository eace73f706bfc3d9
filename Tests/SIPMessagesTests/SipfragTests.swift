import SIPMessages
import Testing

@Suite("RFC 3420: fragments of messages")
struct SipfragTests {
  @Test("A fragment may begin with a status line, a request line or a header field")
  func beginnings() {
    let status = Sipfrag(Array("SIP/2.0 603 Decline\r\n".utf8))
    #expect(status.status == StatusCode(603))
    #expect(status.reason == "Decline")
    #expect(Sipfrag(Array("INVITE sip:a@b SIP/2.0\r\nSubject: x\r\n".utf8)).startLine == "INVITE sip:a@b SIP/2.0")
    let fields = Sipfrag(Array("Subject: x\r\n\r\nbody".utf8))
    #expect(fields.startLine == nil)
    #expect(fields.fields.first(.subject) == "x")
    // A last line without its line end may be a field, so one is put behind what is there.
    #expect(fields.body.starts(with: Array("body".utf8)))
  }

  @Test("A header field whose value ends like a request line is a header field")
  func fieldLikeStartLine() {
    for line in ["To : sip:a@b SIP/2.0", "Subject :x SIP/2.0"] {
      let fragment = Sipfrag(Array("\(line)\r\nExpires: 1\r\n".utf8))
      #expect(fragment.startLine == nil, "\(line)")
      #expect(fragment.fields.count == 2, "\(line)")
    }
  }

  @Test("A carriage return within the first line makes it no start line: written again it would be another")
  func carriageReturn() {
    let fragment = Sipfrag(Array("SIP/2.0 200 O\rK\r\nExpires: 1\r\n".utf8))
    #expect(fragment.startLine == nil)
    #expect(Sipfrag(fragment.serialized()).fields == fragment.fields)
  }
}
