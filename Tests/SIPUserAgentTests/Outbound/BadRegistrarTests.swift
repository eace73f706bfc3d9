import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 5626: servers that promise what they do not keep, and answers that make no sense")
struct BadRegistrarTests {
  @Test("A server that says it keeps flows, and answers no keep-alive, costs two registrations and is then believed no more")
  func emptyPromise() throws {
    var bench = FlowBench()
    try bench.bringUp(flows: 1)
    for _ in 0..<60 {
      bench.world.run(for: .seconds(10))
      if bench.world.registrationStory(0).last == "registering" { bench.confirm(0) }
    }
    let probes = bench.probes.count
    bench.world.run(for: .seconds(1000))
    #expect(bench.probes.count == probes)
    #expect(bench.world.registrationStory(0).last == "registered 3600")
    #expect(bench.world.registrationStory(0).count { $0 == "unreachable" } == 2)
  }

  @Test("A registrar that redirects or challenges for ever, or answers 200 without a Contact: few requests, and a word")
  func badRegistrars() throws {
    for (status, fields, most) in [
      (StatusCode.movedTemporarily, [(HeaderName.contact, "<sip:192.0.2.101>")], 3),
      (.unauthorized, [(.wwwAuthenticate, "Digest realm=\"r\", nonce=\"n\", algorithm=MD5, qop=\"auth\"")], 2),
      (.flowFailed, [], 3), (.forbidden, [], 3),
    ] {
      var bench = FlowBench()
      bench.register(1)
      for _ in 0..<120 {
        if bench.world.registrationStory(0).last == "registering", let request = bench.registers(at: 0).last {
          bench.world.answer(request, status) { response in
            for (name, value) in fields { response.fields.append(name: name, value: value) }
          }
        }
        bench.world.run(for: .seconds(1))
      }
      #expect(bench.registers(at: 0).count <= most, "\(status)")
      #expect(bench.world.registrationStory(0).contains { $0.hasPrefix("failed \(status)") })
    }
    var bench = FlowBench()
    bench.register(1)
    bench.world.answer(try #require(bench.registers(at: 0).last), .ok) { $0.fields.set(Expires(600)) }
    bench.world.settle()
    #expect(bench.world.registrationStory(0).last == "registered 600")
  }

  // Proves: rfc5626-4.2.3-1 rfc5626-4.2.3-2 rfc5626-10-2 rfc5626-4.1-5
  @Test("A reg-id is from 1 to 2^31 - 1; nobody else is registered, and never all with a wildcard; only UUIDs name an instance")
  func numbers() throws {
    #expect(OutboundSettings(instance: OutboundTests.instance, flow: 0).flow == 1)
    #expect(OutboundSettings(instance: OutboundTests.instance, flow: .max).flow == 0x7FFF_FFFF)
    let made = OutboundSettings.makeInstance(from: Array(repeating: 0xFF, count: 16))
    #expect(made == "urn:uuid:ffffffff-ffff-4fff-bfff-ffffffffffff")
    #expect(OutboundSettings.isInstance(made))
    for text in ["", "urn:uuid:", "urn:imei:1", made + "0", made.uppercased(), "<\(made)>"] {
      #expect(!OutboundSettings.isInstance(text))
    }
    var bench = FlowBench()
    try bench.bringUp(flows: 1)
    bench.world.command(0, .unregister(RegistrationID(1)))
    bench.world.settle()
    for request in bench.registers(at: 0) {
      #expect(request.contacts.count == 1)
      #expect(request.contacts.allSatisfy { !$0.isWildcard && $0.uri?.sip?.decodedUser == "alice" })
      #expect(request.to?.address.uri == request.from?.address.uri)
    }
  }

  @Test("A binding of one second, of ten years, of nothing: no storm of registrations")
  func lifetimes() throws {
    for (expires, story) in [(UInt32(0), "failed 200 retry"), (1, "failed 200 retry"), (315_360_000, "registered 604800")] {
      var bench = FlowBench()
      bench.register(1)
      bench.confirm(0, expires: expires)
      #expect(bench.world.registrationStory(0).last == story)
      bench.world.run(for: .seconds(14))
      #expect(bench.registers(at: 0).count == 1)
    }
  }
}
