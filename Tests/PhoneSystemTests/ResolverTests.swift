import PhoneSystem
import SIPUserAgent
import SansIO
import Testing

@Suite("Names are looked up without blocking (RFC 3263 section 4)", .serialized)
struct ResolverTests {
  private let server = FakeNameServer(zone: Self.zone)

  private static var zone: [String: [FakeNameServer.Record]?] {
    typealias Record = FakeNameServer.Record
    var pointer: [UInt8] = [0, 50, 0, 10]
    pointer += FakeNameServer.text("s") + FakeNameServer.text("SIPS+D2T") + FakeNameServer.text("")
    pointer += FakeNameServer.name("_sips._tcp.example.com")
    let service: [UInt8] = [0, 1, 0, 2, 0x13, 0xC5] + FakeNameServer.name("edge.example.com")
    let domain: [Record] = [
      Record(type: 1, data: [192, 0, 2, 1]),
      Record(type: 1, data: [192, 0, 2, 2]),
      Record(type: 28, data: [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
      Record(type: 35, data: pointer),
    ]
    var zone: [String: [Record]?] = [:]
    zone["example.com"] = .some(domain)
    zone["_sips._tcp.example.com"] = .some([Record(type: 33, data: service)])
    zone["broken.example.com"] = .some([Record(type: 33, data: [0, 1])])
    zone.updateValue(nil, forKey: "silent.example.com")
    return zone
  }

  private func ask(_ name: String, _ type: DNSQuestion.RecordType) -> LookupResult? {
    let resolver = Resolver(settings: server.settings)
    let answers = Arrivals<LookupResult>()
    resolver.resolve(DNSQuestion(name: name, type: type)) { answers.post($0) }
    return answers.first { $0 }
  }

  @Test("Records of all four kinds are read")
  func records() {
    defer { server.stop() }
    #expect(ask("example.com", .a) == .records([.address(.v4(0xC000_0201)), .address(.v4(0xC000_0202))]))
    #expect(ask("example.com", .aaaa) == .records([.address(.v6(high: 0x2001_0DB8_0000_0000, low: 1))]))
    #expect(
      ask("example.com", .naptr)
        == .records([
          .naptr(order: 50, preference: 10, flags: "s", service: "SIPS+D2T", replacement: "_sips._tcp.example.com")
        ]))
    #expect(
      ask("_sips._tcp.example.com", .srv) == .records([.srv(priority: 1, weight: 2, port: 5061, target: "edge.example.com")]))
  }

  @Test("A name that does not exist and one without such records are empty answers, not failures")
  func nothing() {
    defer { server.stop() }
    #expect(ask("nobody.example.com", .a) == .records([]))
    #expect(ask("example.com", .srv) == .records([]))
  }

  @Test("A server that says nothing, and one that answers nonsense, end in a sentence")
  func failures() {
    defer { server.stop() }
    #expect(ask("silent.example.com", .a) == .failed("no name server answered when asked for silent.example.com"))
    #expect(ask("broken.example.com", .srv) == .failed("the name server's answer about broken.example.com cannot be read"))
  }

  @Test("localhost is found without a name server")
  func localhost() {
    defer { server.stop() }
    #expect(ask("localhost", .a) == .records([.address(.loopbackV4)]))
  }
}
