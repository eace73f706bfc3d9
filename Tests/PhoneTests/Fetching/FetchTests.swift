import SansIO
import Testing

@testable import Phone

@Suite("What strangers may have us fetch, and what is taken of the answer")
struct FetchTests {
  @Test("https and nothing else, without credentials and without what a request line cannot hold")
  func addresses() {
    #expect(FetchAddress("https://certs.example.net/a.pem?x=1#top")?.path == "/a.pem?x=1")
    #expect(FetchAddress("HTTPS://Certs.Example.net:8443")?.host == "certs.example.net")
    #expect(FetchAddress("https://[2001:db8::1]:444/x")?.port == 444)
    for text in [
      "http://a.example/", "file:///etc/passwd", "https://", "https://user@a.example/", "https://a.example:0/",
      "https://a.example:x/",
      "https://a b/", "https://a.example/\r\nX: y", "https://[::1/", "ftp://a.example", "https://a.example:99999/",
      "https://" + String(repeating: "a", count: 2000),
    ] { #expect(FetchAddress(text) == nil, "\(text.prefix(40))") }
    let request = FetchAddress("https://[2001:db8::1]:444/x").map { String(decoding: $0.request, as: UTF8.self) }
    #expect(request?.hasPrefix("GET /x HTTP/1.1\r\nHost: [2001:db8::1]:444\r\n") == true)
  }

  @Test("Redirections lead to https only")
  func redirections() {
    let first = FetchAddress("https://a.example/x")
    #expect(first?.redirected(to: "/y")?.path == "/y")
    #expect(first?.redirected(to: "https://b.example/z")?.host == "b.example")
    #expect(first?.redirected(to: "http://169.254.169.254/") == nil)
    #expect(first?.redirected(to: "//b.example/") == nil)
  }

  @Test("Hosts of this machine, of private networks and what wraps them are not public")
  func publicAddresses() {
    for text in [
      "127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
      "224.0.0.1",
      "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1",
      "64:ff9b::7f00:1", "2002:7f00:1::1", "2001::1", "2001:db8::1",
    ] { #expect(IPAddress(text)?.isPublic == false, "\(text)") }
    for text in ["8.8.8.8", "172.32.0.1", "193.0.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
      #expect(IPAddress(text)?.isPublic == true, "\(text)")
    }
  }

  private func outcome(_ text: String, limit: Int = 100, piece: Int = 1, ends: Bool = false) -> FetchResponse.Outcome? {
    var response = FetchResponse(limit: limit)
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: piece) {
      if let outcome = response.receive(bytes[start..<min(start + piece, bytes.count)]) { return outcome }
    }
    return ends ? response.end() : nil
  }

  @Test("The body by its length, by chunks, or until the end; its lifetime from Cache-Control")
  func bodies() {
    let head = "HTTP/1.1 200 OK\r\nCache-Control: public, max-age=600\r\n"
    for piece in [1, 7, 1000] {
      #expect(
        outcome(head + "Content-Length: 4\r\n\r\ncertXX", piece: piece) == .body(Array("cert".utf8), lifetime: .seconds(600)))
      #expect(
        outcome(head + "Transfer-Encoding: chunked\r\n\r\n2\r\nce\r\n2;x=y\r\nrt\r\n0\r\n\r\n", piece: piece)
          == .body(Array("cert".utf8), lifetime: .seconds(600)))
      #expect(outcome("HTTP/1.0 200 OK\r\n\r\ncert", piece: piece, ends: true) == .body(Array("cert".utf8), lifetime: nil))
    }
    #expect(outcome("HTTP/1.1 302 Found\r\nLocation: https://b.example/\r\n\r\n") == .redirect("https://b.example/"))
  }

  @Test("Too much, too little and nonsense are refused")
  func refusals() {
    func fails(_ outcome: FetchResponse.Outcome?) -> Bool { if case .failed? = outcome { true } else { false } }
    #expect(fails(outcome("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")))
    #expect(fails(outcome("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 500))))
    #expect(fails(outcome("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n")))
    #expect(fails(outcome("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFF\r\n")))
    #expect(fails(outcome("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", ends: true)))
    #expect(fails(outcome("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n")))
    #expect(fails(outcome("HTTP/1.1 404 Not Found\r\n\r\n")) && fails(outcome("SSH-2.0-x\r\n\r\n")))
    #expect(fails(outcome(String(repeating: "x", count: 20_000), limit: 100_000)))
  }
}
