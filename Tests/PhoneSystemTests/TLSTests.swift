import PhoneSystem
import SIPUserAgent
import SansIO
import Testing

@Suite("TLS (RFC 3261 section 26, RFC 5922)", .serialized)
struct TLSTests {
  /// An authority, and certificates that it signed, made by the openssl command.
  private static let authority: Result<Workshop, any Error> = Result {
    let workshop = try Workshop()
    try workshop.run(
      #"""
      key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
      openssl req -x509 $key -days 30 -subj "/CN=Throw-away authority" -keyout ca.key -out ca.pem
      touch index.txt
      printf '[ca]\ndefault_ca=here\n[here]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\n' > ca.cnf
      printf 'copy_extensions=copy\nunique_subject=no\nrand_serial=yes\n[any]\ncommonName=supplied\n' >> ca.cnf
      leaf() {
        openssl req $key -subj "/CN=$2" -addext "subjectAltName=$3" -keyout $1.key -out $1.csr &&
        openssl ca -batch -config ca.cnf -cert ca.pem -keyfile ca.key -in $1.csr -out $1.pem -notext -startdate $4 -enddate $5
      }
      leaf good server.example.com URI:sip:example.com,DNS:edge.example.com 20250101000000Z 20491231000000Z &&
      leaf alice alice URI:sip:alice@example.com 20250101000000Z 20491231000000Z &&
      leaf bob bob URI:sip:bob@example.com 20250101000000Z 20491231000000Z &&
      openssl req -x509 $key -days 30 -subj "/CN=self" -keyout self.key -out self.pem &&
      leaf old old.example.com DNS:old.example.com 20200101000000Z 20200201000000Z
      """#)
    return workshop
  }

  private let workshop: Workshop

  init() throws {
    workshop = try Self.authority.get()
  }

  private func server(_ name: String) -> Line {
    Line(tls: TLSSettings(certificateFile: workshop.file("\(name).pem"), privateKeyFile: workshop.file("\(name).key")))
  }

  private func fingerprint(_ name: String) throws -> [UInt8] {
    let text = try workshop.run("openssl x509 -in \(name).pem -noout -fingerprint -sha256 | sed 's/.*=//; s/://g'")
    let digits = Array(text.utf8).filter { $0 > 32 }
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
    }
  }

  /// Connects a client with these settings to a server with that certificate.
  private func connect(
    to name: String, tls: TLSSettings, pin: [UInt8]? = nil, _ check: (_ server: Line, _ client: Line, FlowID) throws -> Void
  ) throws {
    let (server, client) = (server(name), Line(tls: tls))
    defer { [server, client].forEach { $0.stop() } }
    let (_, address) = try #require(server.opened(.tls))
    let target = FlowTarget(transport: .tls, remote: address, serverName: "example.com", pinnedCertificate: pin)
    client.order(.open(FlowID(2), target))
    try check(server, client, FlowID(2))
  }

  // Proves: rfc7462-16-6
  @Test("A verified peer's identities are reported, and bytes travel")
  func verified() throws {
    try connect(to: "good", tls: TLSSettings(authorityFile: workshop.file("ca.pem"))) { server, client, flow in
      client.order(.bytes(Array("hello".utf8), on: flow))
      let peer = try #require(client.facts(of: flow)?.peer)
      #expect(peer.uris == ["sip:example.com"] && peer.dnsNames == ["edge.example.com"])
      #expect(peer.commonName == "server.example.com" && !peer.isPinned)
      let expected = try fingerprint("good")
      #expect(peer.fingerprint == expected)
      let (accepted, facts) = try #require(server.accepted)
      #expect(facts.peer == nil)
      #expect(server.bytes(on: accepted, count: 5) == Array("hello".utf8))
      server.order(.bytes(Array("welcome".utf8), on: accepted))
      server.order(.close(accepted))
      #expect(client.bytes(on: flow, count: 7) == Array("welcome".utf8))
      #expect(client.failure(of: flow) == .closedByPeer)
    }
  }

  private func credential(_ name: String) -> ClientCredential {
    ClientCredential(certificateFile: workshop.file("\(name).pem"), keyFile: workshop.file("\(name).key"))
  }

  /// Connects a client that shows that certificate, or none, to a server that asks for one.
  private func ask(_ name: String?, general: String? = nil, _ check: (_ server: Line, _ client: Line) throws -> Void) throws {
    let authority = workshop.file("ca.pem")
    let server = Line(
      tls: TLSSettings(
        authorityFile: authority, certificateFile: workshop.file("good.pem"), privateKeyFile: workshop.file("good.key"),
        asksClients: true))
    let client = Line(
      tls: TLSSettings(
        authorityFile: authority, certificateFile: general.map { workshop.file("\($0).pem") },
        privateKeyFile: general.map { workshop.file("\($0).key") }))
    defer { [server, client].forEach { $0.stop() } }
    let (_, address) = try #require(server.opened(.tls))
    var target = FlowTarget(transport: .tls, remote: address, serverName: "example.com")
    target.credential = name.map { credential($0) }
    client.order(.open(FlowID(2), target))
    try check(server, client)
  }

  @Test("Who connects is asked for a certificate, and reported with its names; each account shows its own")
  func clientCertificates() throws {
    for (shown, general, wanted) in [
      ("alice", nil, "sip:alice@example.com"), ("bob", "alice", "sip:bob@example.com"), (nil, "alice", "sip:alice@example.com"),
    ] as [(String?, String?, String)] {
      try ask(shown, general: general) { server, client in
        #expect(client.facts(of: FlowID(2))?.peer?.uris == ["sip:example.com"])
        let (_, facts) = try #require(server.accepted)
        #expect(facts.peer?.uris == [wanted])
      }
    }
  }

  @Test("Nobody has to have a certificate; one that leads to nobody we know is worse than none")
  func clientsWithoutCertificates() throws {
    try ask(nil) { server, client in
      let (_, facts) = try #require(server.accepted)
      #expect(facts.peer == nil)
    }
    try ask("self") { server, client in
      #expect(client.failure(of: FlowID(2)) != nil)
      #expect(!server.events.all.contains { if case .accepted = $0 { true } else { false } })
    }
  }

  @Test("A credential whose file is not there is said in words")
  func missingCredential() throws {
    try ask("nobody") { _, client in
      guard case .other(let sentence)? = client.failure(of: FlowID(2)) else {
        guard case .tls(let words)? = client.failure(of: FlowID(2)) else {
          Issue.record("no failure: \(client.events.all)")
          return
        }
        #expect(words.contains("nobody.pem"))
        return
      }
      #expect(sentence.contains("nobody.pem"))
    }
  }

  // Proves: rfc3261-26.3.1-06 rfc3261-26.2.2-02
  @Test("An unknown authority is refused, and the sentence names it")
  func unknownAuthority() throws {
    try connect(to: "good", tls: TLSSettings()) { server, client, flow in
      guard case .tls(let sentence) = client.failure(of: flow) else {
        Issue.record("no TLS failure: \(client.events.all)")
        return
      }
      #expect(
        sentence == "the certificate of server.example.com is not signed by an authority that this machine knows "
          + "(issuer: Throw-away authority)")
    }
  }

  @Test("An expired certificate is refused, and the sentence says since when")
  func expired() throws {
    try connect(to: "old", tls: TLSSettings(authorityFile: workshop.file("ca.pem"))) { server, client, flow in
      guard case .tls(let sentence) = client.failure(of: flow) else {
        Issue.record("no TLS failure: \(client.events.all)")
        return
      }
      #expect(sentence.hasPrefix("the certificate of old.example.com expired ") && sentence.hasSuffix(" days ago"))
    }
  }

  @Test("A pin accepts exactly its certificate, whoever signed it")
  func pinned() throws {
    let pin = try fingerprint("good")
    try connect(to: "good", tls: TLSSettings(), pin: pin) { _, client, flow in
      let peer = try #require(client.facts(of: flow)?.peer)
      #expect(peer.isPinned)
    }
    try connect(to: "old", tls: TLSSettings(), pin: pin) { _, client, flow in
      guard case .tls(let sentence) = client.failure(of: flow) else {
        Issue.record("no TLS failure: \(client.events.all)")
        return
      }
      #expect(sentence.hasPrefix("the certificate of old.example.com is not the pinned one; its fingerprint is "))
    }
  }

  @Test("A server that speaks no TLS is told in words")
  func plainServer() throws {
    let (server, client) = (Line(), Line())
    defer { [server, client].forEach { $0.stop() } }
    let (_, address) = try #require(server.opened(.tcp))
    client.order(.open(FlowID(2), FlowTarget(transport: .tls, remote: address)))
    let (accepted, _) = try #require(server.accepted)
    server.order(.bytes(Array("SIP/2.0 400 Bad Request\r\n\r\n".utf8), on: accepted))
    guard case .tls(let sentence) = client.failure(of: FlowID(2)) else {
      Issue.record("no TLS failure: \(client.events.all)")
      return
    }
    #expect(sentence == "the server does not speak TLS 1.2 or later on this port")
  }
}
