import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3263 section 4, RFC 7984: locating a server")
struct ServerLocatorTests {
  /// Answers a locator's questions from a table and notes what it did.
  struct Zone {
    var naptr: [String: [DNSRecord]] = [:]
    var srv: [String: [DNSRecord]] = [:]
    var a: [String: [String]] = [:]
    var aaaa: [String: [String]] = [:]
    var broken: Set<String> = []
    var questions: [String] = []

    mutating func answer(_ question: DNSQuestion) -> LookupResult {
      questions.append("\(question.type) \(question.name)")
      if broken.contains(question.name) { return .failed("The resolver is silent.") }
      return switch question.type {
      case .naptr: .records(naptr[question.name] ?? [])
      case .srv: .records(srv[question.name] ?? [])
      case .a: .records((a[question.name] ?? []).compactMap { IPAddress($0).map { .address($0) } })
      case .aaaa: .records((aaaa[question.name] ?? []).compactMap { IPAddress($0).map { .address($0) } })
      }
    }

    /// Lets every attempt fail and gives back the servers in the order of the attempts, then the last sentence.
    mutating func walk(
      _ text: String, transport: TransportProtocol? = nil, abilities: ServerLocator.Abilities = .init(), seed: UInt64 = 1
    ) throws -> [String] {
      var random = RandomSource(seed: seed)
      var locator = ServerLocator(uri: try SIPURI(parsing: text), transport: transport, abilities: abilities)
      var attempts: [String] = []
      var steps: [ServerLocator.Output] = []
      locator.start(into: &steps)
      while !steps.isEmpty {
        switch steps.removeFirst() {
        case .resolve(let question):
          var more: [ServerLocator.Output] = []
          locator.receive(answer(question), to: question, random: &random, into: &more)
          steps += more
        case .attempt(let destination):
          attempts.append("\(destination.transport) \(destination.remote)")
          locator.attemptFailed(into: &steps)
        case .exhausted(let sentence):
          if let sentence { attempts.append(sentence) }
        }
      }
      return attempts
    }
  }

  /// The example of RFC 3263 section 4.1.
  static var example: Zone {
    var zone = Zone()
    zone.naptr["example.com"] = [
      .naptr(order: 50, preference: 50, flags: "s", service: "SIPS+D2T", replacement: "_sips._tcp.example.com."),
      .naptr(order: 90, preference: 50, flags: "s", service: "SIP+D2T", replacement: "_sip._tcp.example.com"),
      .naptr(order: 100, preference: 50, flags: "s", service: "SIP+D2U", replacement: "_sip._udp.example.com."),
    ]
    zone.srv["_sip._tcp.example.com"] = [
      .srv(priority: 0, weight: 1, port: 5060, target: "server1.example.com."),
      .srv(priority: 0, weight: 2, port: 5060, target: "server2.example.com"),
    ]
    zone.srv["_sips._tcp.example.com"] = [.srv(priority: 0, weight: 1, port: 5061, target: "server1.example.com")]
    zone.srv["_sip._udp.example.com"] = [
      .srv(priority: 1, weight: 0, port: 5070, target: "server2.example.com"),
      .srv(priority: 0, weight: 0, port: 5060, target: "server1.example.com"),
    ]
    zone.a = [
      "server1.example.com": ["192.0.2.1"], "server2.example.com": ["192.0.2.2", "192.0.2.3"], "example.com": ["192.0.2.9"],
    ]
    return zone
  }

  // Proves: rfc3261-8.1.1.2-03 rfc3261-8.1.2-05 rfc3261-26.3.1-07 rfc3263-4.1-02
  @Test("A numeric address is used directly, with the default port of the transport")
  func numeric() throws {
    var zone = Zone()
    #expect(try zone.walk("sip:192.0.2.7") == ["UDP 192.0.2.7:5060"])
    #expect(try zone.walk("sips:192.0.2.7") == ["TLS 192.0.2.7:5061"])
    #expect(try zone.walk("sip:192.0.2.7:5070;transport=tcp") == ["TCP 192.0.2.7:5070"])
    #expect(try zone.walk("sip:[2001:db8::7]") == ["UDP [2001:db8::7]:5060"])
    #expect(zone.questions.isEmpty)
  }

  @Test("sips with transport=tcp means TLS")
  func secureTCP() throws {
    var zone = Zone()
    #expect(try zone.walk("sips:192.0.2.7;transport=tcp") == ["TLS 192.0.2.7:5061"])
  }

  @Test("maddr takes the place of the host")
  func maddr() throws {
    var zone = Zone()
    #expect(try zone.walk("sip:example.com;maddr=192.0.2.8") == ["UDP 192.0.2.8:5060"])
  }

  // Proves: rfc3261-8.1.2-01 rfc3263-4.1-03
  @Test("With an explicit port there is no NAPTR and no SRV, only A and AAAA")
  func explicitPort() throws {
    var zone = Self.example
    zone.aaaa["example.com"] = ["2001:db8::9"]
    #expect(try zone.walk("sip:example.com:5080") == ["UDP [2001:db8::9]:5080", "UDP 192.0.2.9:5080"])
    #expect(zone.questions == ["aaaa example.com", "a example.com"])
  }

  // Proves: rfc3261-8.1.2-01 rfc3263-4.1-01
  @Test("With an explicit transport there is no NAPTR, but the SRV of that transport")
  func explicitTransport() throws {
    var zone = Self.example
    #expect(try zone.walk("sip:example.com;transport=udp") == ["UDP 192.0.2.1:5060", "UDP 192.0.2.2:5070", "UDP 192.0.2.3:5070"])
    #expect(zone.questions.first == "srv _sip._udp.example.com")
  }

  // Proves: rfc3261-8.1.2-01 rfc3263-4.1-05 rfc3263-4.1-07 rfc3263-4.2-01 rfc3263-4.2-02
  @Test("Without port and transport NAPTR decides, in the order of the records")
  func naptr() throws {
    var zone = Self.example
    let attempts = try zone.walk("sip:example.com")
    #expect(zone.questions.first == "naptr example.com")
    #expect(attempts.first == "TLS 192.0.2.1:5061")
    #expect(attempts.last == "UDP 192.0.2.3:5070")
    #expect(attempts.count == 1 + 3 + 3)
  }

  // Proves: rfc3263-4.1-08
  @Test("A record whose transport we do not speak is discarded")
  func unsupported() throws {
    var zone = Self.example
    let attempts = try zone.walk("sip:example.com", abilities: .init(transports: [.udp]))
    #expect(attempts == ["UDP 192.0.2.1:5060", "UDP 192.0.2.2:5070", "UDP 192.0.2.3:5070"])
  }

  // Proves: rfc3261-8.1.2-03 rfc3261-8.1.2-05 rfc3263-4.1-06 rfc7462-16-6
  @Test("For sips only SIPS records count")
  func sips() throws {
    var zone = Self.example
    #expect(try zone.walk("sips:example.com") == ["TLS 192.0.2.1:5061"])
  }

  @Test("Without NAPTR the SRV records of every transport are asked for")
  func noNAPTR() throws {
    var zone = Self.example
    zone.naptr = [:]
    let attempts = try zone.walk("sip:example.com")
    #expect(attempts.first == "UDP 192.0.2.1:5060")
    #expect(zone.questions.contains("srv _sip._tcp.example.com"))
    #expect(zone.questions.contains("srv _sips._tcp.example.com"))
  }

  // Proves: rfc3263-4.1-17
  @Test("Without any SRV record the host's own addresses are used, over UDP for sip and TLS for sips")
  func noRecords() throws {
    var zone = Zone(a: ["example.com": ["192.0.2.9"]])
    #expect(try zone.walk("sip:example.com") == ["UDP 192.0.2.9:5060"])
    #expect(try zone.walk("sips:example.com") == ["TLS 192.0.2.9:5061"])
    #expect(try zone.walk("sip:example.com;transport=tcp") == ["TCP 192.0.2.9:5060"])
  }

  @Test("Once SRV records exist, the host's own addresses are no alternative")
  func serviceOnly() throws {
    var zone = Self.example
    let attempts = try zone.walk("sip:example.com;transport=tls")
    #expect(attempts == ["TLS 192.0.2.1:5061"])
  }

  @Test("An SRV target of \".\" says that the service is decidedly not available")
  func rootTarget() throws {
    var zone = Zone(a: ["example.com": ["192.0.2.9"]])
    zone.srv["_sip._udp.example.com"] = [.srv(priority: 0, weight: 0, port: 0, target: ".")]
    #expect(try zone.walk("sip:example.com;transport=udp") == ["No address was found for example.com."])
  }

  @Test("A resolver that fails for NAPTR and SRV does not keep us from the addresses")
  func brokenResolver() throws {
    var zone = Zone(a: ["example.com": ["192.0.2.9"]])
    zone.broken = ["_sip._udp.example.com", "_sip._tcp.example.com", "_sips._tcp.example.com"]
    #expect(try zone.walk("sip:example.com") == ["UDP 192.0.2.9:5060"])
  }

  @Test("Nothing found is told in a sentence, with the resolver's own")
  func nothing() throws {
    var zone = Zone()
    #expect(try zone.walk("sip:nowhere.example:5060") == ["No address was found for nowhere.example."])
    zone.broken = ["nowhere.example"]
    #expect(
      try zone.walk("sip:nowhere.example:5060") == ["No address was found for nowhere.example. The resolver is silent."])
  }

  @Test("RFC 7984: addresses of two SRV targets are never interleaved, and both families are tried")
  func families() throws {
    var zone = Zone()
    zone.srv["_sip._tcp.example.com"] = [
      .srv(priority: 20, weight: 1, port: 5060, target: "sip-2.example.com"),
      .srv(priority: 10, weight: 1, port: 5060, target: "sip-1.example.com"),
    ]
    zone.a = ["sip-1.example.com": ["192.0.2.45", "203.0.113.109"], "sip-2.example.com": ["192.0.2.75"]]
    zone.aaaa = ["sip-1.example.com": ["2001:db8:58:c02::face"], "sip-2.example.com": ["2001:db8:58:c02::dead"]]
    #expect(
      try zone.walk("sip:example.com;transport=tcp") == [
        "TCP [2001:db8:58:c02::face]:5060", "TCP 192.0.2.45:5060", "TCP 203.0.113.109:5060", "TCP [2001:db8:58:c02::dead]:5060",
        "TCP 192.0.2.75:5060",
      ])
    zone.questions = []
    let onlyIPv4 = ServerLocator.Abilities(hasIPv6: false)
    #expect(
      try zone.walk("sip:example.com;transport=tcp", abilities: onlyIPv4) == [
        "TCP 192.0.2.45:5060", "TCP 203.0.113.109:5060", "TCP 192.0.2.75:5060",
      ])
    #expect(!zone.questions.contains { $0.hasPrefix("aaaa") })
  }

  @Test("Within a priority the weights decide how often a target comes first")
  func weights() throws {
    var zone = Zone()
    zone.srv["_sip._tcp.example.com"] = [
      .srv(priority: 0, weight: 10, port: 1, target: "192.0.2.1"), .srv(priority: 0, weight: 30, port: 2, target: "192.0.2.2"),
      .srv(priority: 0, weight: 0, port: 3, target: "192.0.2.3"),
    ]
    var first: [String: Int] = [:]
    for seed in 0..<1000 {
      let attempts = try zone.walk("sip:example.com;transport=tcp", seed: UInt64(seed))
      #expect(Set(attempts).count == 3)
      first[attempts.first ?? "", default: 0] += 1
    }
    #expect((170...330).contains(first["TCP 192.0.2.1:1"] ?? 0))
    #expect((640...800).contains(first["TCP 192.0.2.2:2"] ?? 0))
    #expect((first["TCP 192.0.2.3:3"] ?? 0) < 60)
  }

  @Test("A flood of records is cut off")
  func flood() throws {
    var zone = Zone()
    zone.srv["_sip._tcp.example.com"] = (0..<1000).map { .srv(priority: 0, weight: 1, port: UInt16($0), target: "a.example") }
    zone.a["a.example"] = (0..<100).map { "192.0.2.\($0)" }
    #expect(
      try zone.walk("sip:example.com;transport=tcp").count <= ServerLocator.targetLimit * ServerLocator.addressLimit)
  }

  @Test("A transport that nobody here speaks is named in the sentence")
  func unknownTransport() throws {
    var zone = Zone()
    #expect(
      try zone.walk("sip:192.0.2.1;transport=sctp") == [
        "The transport sctp of sip:192.0.2.1;transport=sctp is not one of UDP, TCP and TLS."
      ])
    #expect(
      try zone.walk("sip:192.0.2.1;transport=udp", abilities: .init(transports: [.tcp, .tls])) == [
        "sip:192.0.2.1;transport=udp wants UDP, and there is no UDP socket."
      ])
  }

  @Test("Answers that nobody asked for, or that come twice, change nothing")
  func strayAnswers() throws {
    var random = RandomSource(seed: 1)
    var locator = ServerLocator(uri: try SIPURI(parsing: "sip:example.com"), abilities: .init())
    var steps: [ServerLocator.Output] = []
    locator.start(into: &steps)
    steps = []
    locator.receive(.records([]), to: DNSQuestion(name: "example.com", type: .a), random: &random, into: &steps)
    locator.receive(.records([]), to: DNSQuestion(name: "_sip._udp.example.com", type: .srv), random: &random, into: &steps)
    locator.attemptFailed(into: &steps)
    #expect(steps.isEmpty)
  }
}
