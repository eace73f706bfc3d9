import Phone
import PhoneSystem
import SIPUserAgent
import SansIO
import Testing

@Suite("Fetching what a stranger named, over real TLS (RFC 8224 section 6.2.2)", .serialized)
struct HTTPFetcherTests {
  /// A server's certificate for 127.0.0.1, one for another name, and an authority for both.
  private static let papers: Result<Workshop, any Error> = Result {
    let workshop = try Workshop()
    try workshop.run(
      #"""
      make() {
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$1" \
          -addext "subjectAltName=$2" -keyout $1.key -out $1.pem
      }
      make here IP:127.0.0.1 && make elsewhere DNS:elsewhere.example && cat here.pem elsewhere.pem > both.pem
      """#)
    return workshop
  }

  /// A web server on loopback: what is to be said to each connection that comes is the test's own business.
  private final class Server {
    let line: Line
    let port: UInt16
    private var connections = 0

    init(_ workshop: Workshop, certificate: String = "here", transport: TransportProtocol = .tls) throws {
      line = Line(
        tls: TLSSettings(certificateFile: workshop.file("\(certificate).pem"), privateKeyFile: workshop.file("\(certificate).key")))
      port = try #require(line.opened(transport)).1.port
    }

    func address(_ path: String = "/cert.pem") -> String { "https://127.0.0.1:\(port)\(path)" }

    /// The connections that came so far, by their flows.
    var flows: [FlowID] {
      line.events.all.compactMap { if case .accepted(let flow, _, _) = $0 { flow } else { nil } }
    }

    /// Waits for the next connection's request; returns its first line.
    func next() throws -> (FlowID, String) {
      var left = connections
      connections += 1
      let found = line.events.first { event -> FlowID? in
        guard case .accepted(let flow, _, _) = event else { return nil }
        left -= 1
        return left < 0 ? flow : nil
      }
      let flow = try #require(found)
      var text = ""
      _ = line.events.first { event -> Bool? in
        if case .bytes(let piece, flow) = event { text += String(decoding: piece, as: UTF8.self) }
        return text.hasSuffix("\r\n\r\n") ? true : nil
      }
      return (flow, String(text.prefix { $0 != "\r\n" }))
    }

    func say(_ text: String, on flow: FlowID) { line.order(.bytes(Array(text.utf8), on: flow)) }
  }

  private func fetch(
    mayBePrivate: Bool = true, patience: Duration = .seconds(20), certificate: String = "here", trusts: Bool = true,
    transport: TransportProtocol = .tls, path: String = "/cert.pem", _ serve: (Server) throws -> Void
  ) throws -> TicketResult? {
    let workshop = try Self.papers.get()
    let server = try Server(workshop, certificate: certificate, transport: transport)
    let thread = SignallingThread()
    defer {
      server.line.stop()
      thread.shutDown()
    }
    let fetcher = HTTPFetcher(on: thread, authorityFile: trusts ? workshop.file("both.pem") : nil, patience: patience)
    let replies = Arrivals<TicketResult>()
    fetcher.fetch(FetchOrder(uri: server.address(path), mayBePrivate: mayBePrivate)) { replies.post($0) }
    try serve(server)
    let reply = replies.first(within: .seconds(30)) { $0 }
    #expect(replies.all.count == 1)
    return reply
  }

  private func failure(_ result: TicketResult?) -> String {
    if case .failed(let sentence)? = result { sentence } else { "no failure: \(result.map { "\($0)".prefix(80) } ?? "nothing")" }
  }

  @Test("A document with its lifetime, and one that says nothing of it; the request asks for the path that was named")
  func documents() throws {
    let first = try fetch(path: "/a/cert.pem?x=1") { server in
      let (flow, line) = try server.next()
      #expect(line == "GET /a/cert.pem?x=1 HTTP/1.1")
      server.say("HTTP/1.1 200 OK\r\nCache-Control: public, max-age=600\r\nContent-Length: 4\r\n\r\ncert", on: flow)
    }
    #expect(first == .cacheable(Array("cert".utf8), lifetime: .seconds(600)))
    let second = try fetch { server in
      let (flow, _) = try server.next()
      server.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ncert\r\n0\r\n\r\n", on: flow)
    }
    #expect(second == .bytes(Array("cert".utf8)))
    let third = try fetch { server in
      let (flow, _) = try server.next()
      server.say("HTTP/1.0 200 ok\r\nCache-Control: no-store\r\n\r\ncert", on: flow)
      server.line.order(.close(flow))
    }
    #expect(third == .cacheable(Array("cert".utf8), lifetime: .zero))
  }

  @Test("A host of a private network is not even connected to, unless the configuration allows it; link-local never is")
  func privateHosts() throws {
    var connections: [FlowID] = []
    let result = try fetch(mayBePrivate: false) { connections = $0.flows }
    #expect(failure(result) == "127.0.0.1 is a host of a private network" && connections.isEmpty)
    for target in ["https://169.254.169.254/latest/meta-data", "https://[fe80::1]/x", "https://[::ffff:169.254.169.254]/x"] {
      let redirected = try fetch { server in
        let (flow, _) = try server.next()
        server.say("HTTP/1.1 302 Found\r\nLocation: \(target)\r\nContent-Length: 0\r\n\r\n", on: flow)
      }
      #expect(failure(redirected).hasSuffix("is a host of a private network"), "\(target)")
    }
  }

  @Test("Three redirections are followed and no fourth; none leads away from https")
  func redirections() throws {
    let found = try fetch { server in
      for number in 1...3 {
        let (flow, _) = try server.next()
        server.say("HTTP/1.1 302 Found\r\nLocation: /\(number)\r\n\r\n", on: flow)
      }
      let (flow, line) = try server.next()
      #expect(line == "GET /3 HTTP/1.1")
      server.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ncert", on: flow)
    }
    #expect(found == .bytes(Array("cert".utf8)))
    let endless = try fetch { server in
      for _ in 1...4 {
        let (flow, _) = try server.next()
        server.say("HTTP/1.1 307 Again\r\nLocation: \(server.address())\r\n\r\n", on: flow)
      }
    }
    #expect(failure(endless).contains("leads on to an address that is not one to fetch from"))
    let plain = try fetch { server in
      let (flow, _) = try server.next()
      server.say("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:\(server.port)/\r\n\r\n", on: flow)
    }
    #expect(failure(plain).contains("leads on to an address that is not one to fetch from"))
  }

  @Test("A server that hangs, before TLS, after the request or in the middle of the answer: it took too long")
  func hanging() throws {
    for transport in [TransportProtocol.tcp, .tls] {
      let silent = try fetch(patience: .milliseconds(600), transport: transport) { _ in }
      #expect(failure(silent) == "it took too long")
    }
    let slow = try fetch(patience: .milliseconds(1500)) { server in
      let (flow, _) = try server.next()
      server.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncert", on: flow)
    }
    #expect(failure(slow) == "it took too long")
  }

  @Test("A gigabyte is refused at its announcement; one that nobody announced, after the first 160 KiB at most")
  func tooMuch() throws {
    let announced = try fetch { server in
      let (flow, _) = try server.next()
      server.say("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", on: flow)
    }
    #expect(failure(announced).hasSuffix("the answer is too large"))
    let heap = String(repeating: "x", count: 32_768)
    for head in ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40000000\r\n"] {
      let endless = try fetch { server in
        let (flow, _) = try server.next()
        server.say(head, on: flow)
        for _ in 0..<8 { server.say(heap, on: flow) }
      }
      #expect(failure(endless).hasSuffix("the answer is too large"), "\(failure(endless))")
    }
    let head = try fetch { server in
      let (flow, _) = try server.next()
      server.say("HTTP/1.1 200 OK\r\nX: " + heap, on: flow)
    }
    #expect(failure(head).hasSuffix("the answer has no end of its head"))
  }

  @Test("A server whose certificate is for another name, or from nobody that we know, is not believed")
  func impostors() throws {
    let other = try fetch(certificate: "elsewhere") { _ in }
    #expect(failure(other).hasPrefix("127.0.0.1: "))
    let unknown = try fetch(trusts: false) { _ in }
    #expect(failure(unknown).hasPrefix("127.0.0.1: "))
  }

  @Test("What is no https address, and an answer that is no document")
  func junk() throws {
    let thread = SignallingThread()
    defer { thread.shutDown() }
    let fetcher = HTTPFetcher(on: thread, authorityFile: nil)
    let replies = Arrivals<TicketResult>()
    for uri in ["http://127.0.0.1/", "file:///etc/passwd", "https://", "https://user@127.0.0.1/"] {
      fetcher.fetch(FetchOrder(uri: uri, mayBePrivate: true)) { replies.post($0) }
    }
    #expect(replies.contains { _ in replies.all.count == 4 })
    #expect(replies.all.allSatisfy { $0 == .failed("its address is not one to fetch from") })
    for (answer, words) in [
      ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404"), ("SSH-2.0-OpenSSH\r\n\r\n", "not HTTP"),
      ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\ncert", "not HTTP"),
      ("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n", "not HTTP"), ("HTTP/1.1 302 Found\r\n\r\n", "leads to nowhere"),
    ] {
      let result = try fetch { server in
        let (flow, _) = try server.next()
        server.say(answer, on: flow)
      }
      #expect(failure(result).contains(words), "\(answer.prefix(30))")
    }
  }
}
