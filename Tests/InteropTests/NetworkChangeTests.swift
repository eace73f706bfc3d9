import Foundation
import Testing

@Suite(
  "A network that changes under the phone, with real links", .enabled(if: Workplace.hasPeers && TwoLinks.isPossible), .serialized,
  .timeLimit(.minutes(3)))
struct NetworkChangeTests {
  private struct Site {
    let workplace: Workplace
    let links: TwoLinks
    let kamailio: Kamailio
    let phone: HeadlessPhone

    init(over transport: String = "tcp", believesContacts: Bool = false, tunnel: TwoLinks.Link? = nil) throws {
      workplace = try Workplace()
      links = try TwoLinks()
      kamailio = try Kamailio(
        workplace, address: TwoLinks.server, prefix: links.serverPrefix, believesContacts: believesContacts)
      try links.bringUp(.wifi)
      if let tunnel { try links.bringUpTunnel(tunnel, beside: .wifi) }
      try workplace.write("</usr/share/alsa/alsa.conf>\npcm.!default { type hw card 99 }\n", to: "asoundrc")
      try workplace.write(
        """
        [[accounts]]
        address = "sip:alice@example.test"
        password = "secret-alice"
        outbound_proxies = ["sip:\(TwoLinks.server):\(kamailio.port);transport=\(transport);lr"]
        gruu = false
        base_time_all_failed = 1
        [network]
        listen = ["udp:0.0.0.0:0", "tcp:0.0.0.0:0"]

        """, to: "phone.toml")
      let environment = try workplace.homes("phone").merging(["ALSA_CONFIG_PATH": workplace.path("asoundrc")]) { $1 }
      phone = HeadlessPhone(
        try ChildProcess(
          "/usr/bin/env", links.phonePrefix + [Workplace.program, "--headless", "--config", workplace.path("phone.toml")],
          environment: environment))
      try #require(phone.next("registration", ["state": "ready"], within: 15) != nil, "\(phone.child.transcript)")
    }

    /// A stranger behind the servers calls the phone: how many of so many calls rang.
    func ringing(_ count: Int) throws -> Int {
      try RingingCalls(
        workplace, to: "\(TwoLinks.server):\(kamailio.port)", from: TwoLinks.server, count: count, perSecond: 2,
        prefix: links.serverPrefix
      ).run().count
    }

    func stop() {
      phone.child.stop()
      kamailio.stop()
      links.stop()
      workplace.remove()
    }
  }

  @Test("From Wi-Fi to cable and back: the call goes on from the new address, and the phone rings there")
  func moves() throws {
    let site = try Site()
    defer { site.stop() }
    // A hold may leave together with the new address, or after it.
    let peer = try SIPpAnswerer(site.workplace, scenario: "answer-all", address: TwoLinks.server, prefix: site.links.serverPrefix)
    defer { peer.stop() }
    #expect(try site.ringing(2) == 2)
    site.phone.say("dial sip:service@\(TwoLinks.server):\(peer.port)")
    #expect(site.phone.next("call", ["state": "talking"]) != nil, "\(site.phone.child.transcript.suffix(3000))")
    for (from, to) in [(TwoLinks.Link.wifi, TwoLinks.Link.cable), (.cable, .wifi)] {
      let began = Date()
      try site.links.bringUp(to)
      try site.links.takeDown(from)
      #expect(
        site.phone.next("registration", ["state": "ready"], within: 15) != nil, "\(site.phone.child.transcript.suffix(3000))")
      print("from \(from) to \(to): registered again after \(Date().timeIntervalSince(began)) s")
      site.phone.say("hold")
      #expect(site.phone.next("call", ["state": "held"]) != nil, "\(site.phone.child.transcript.suffix(3000))")
      site.phone.say("resume")
      #expect(site.phone.next("call", ["state": "talking"]) != nil)
      #expect(try site.ringing(2) == 2)
    }
    site.phone.say("hangup")
    #expect(peer.sawBye)
    #expect(peer.addresses.contains(TwoLinks.Link.cable.address), "\(peer.addresses)")
    #expect(site.phone.quit() == 0)
  }

  @Test(
    "Between two networks the registrar is told the address that it can reach; without a default route the phone rings as well",
    arguments: ["udp", "tcp"])
  func twoNetworks(transport: String) throws {
    let site = try Site(over: transport, believesContacts: true, tunnel: .cable)
    defer { site.stop() }
    #expect(try site.ringing(2) == 2)
    try site.links.takeDefaultRoute()
    #expect(site.phone.next("registration", ["state": "ready"], within: 15) != nil, "\(site.phone.child.transcript.suffix(3000))")
    #expect(try site.ringing(2) == 2)
    #expect(site.phone.quit() == 0)
  }

  @Test("Without any link the phone says so; when one is there again it registers and rings")
  func absent() throws {
    let site = try Site()
    defer { site.stop() }
    try site.links.takeDown(.wifi)
    #expect(
      site.phone.next("registration", ["state": "failed", "reason": "there is no network"], within: 15) != nil,
      "\(site.phone.child.transcript.suffix(3000))")
    try site.links.bringUp(.cable)
    #expect(
      site.phone.next("registration", ["state": "ready"], within: 15) != nil, "\(site.phone.child.transcript.suffix(3000))")
    #expect(try site.ringing(2) == 2)
    #expect(site.phone.quit() == 0)
  }

  @Test(
    "When all packets to one edge vanish, that is noticed within its Flow-Timer and ten seconds, and calls ring by the other one")
  func vanishing() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let links = try TwoLinks()
    defer { links.stop() }
    let network = try EdgeNetwork(workplace, flowTimer: 5, links: links)
    defer { network.stop() }
    try links.bringUp(.cable)
    let phone = try EdgePhone.start(workplace, network, links: links)
    for edge in network.edges {
      #expect(try RingingCalls(workplace, network, count: 2, perSecond: 2).run().count == 2)
      let began = Date()
      try links.swallow(edge)
      #expect(phone.next("flow", ["state": "down"], within: 25) != nil, "\(phone.child.transcript.suffix(3000))")
      let seconds = Date().timeIntervalSince(began)
      print("vanishing packets noticed after \(seconds) s, Flow-Timer 5 s")
      #expect(seconds < 16)
      #expect(try RingingCalls(workplace, network, count: 4, perSecond: 2).run().count == 4)
      try links.letThrough(edge)
      #expect(phone.next("flow", ["state": "up", "flows_ready": "2"], within: 40) != nil)
    }
    #expect(phone.quit() == 0)
  }

  @Test("A server that promises no keep-alives vanishes behind a connection: noticed half a minute after something was sent")
  func silentConnection() throws {
    let site = try Site()
    defer { site.stop() }
    try site.links.swallow(TwoLinks.server)
    let began = Date()
    site.phone.say("dial 1234")
    #expect(
      site.phone.next("registration", ["state": "failed"], within: 40) != nil, "\(site.phone.child.transcript.suffix(3000))")
    print("a silent connection noticed after \(Date().timeIntervalSince(began)) s")
    try site.links.letThrough(TwoLinks.server)
    #expect(site.phone.next("registration", ["state": "ready"], within: 40) != nil)
    #expect(try site.ringing(2) == 2)
    #expect(site.phone.quit() == 0)
  }

  @Test(
    "From a network with IPv4 alone to one with IPv6 alone and back: the phone registers over the edge that it reaches, and rings")
  func families() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let links = try TwoLinks()
    defer { links.stop() }
    let network = try EdgeNetwork(workplace, links: links, families: [.v4, .v6])
    defer { network.stop() }
    try links.bringUp(.wifi, .v4)
    let phone = try EdgePhone.start(workplace, network, links: links, flows: 1)
    #expect(try RingingCalls(workplace, network, count: 2, perSecond: 2).run().count == 2)
    for (from, to, family) in [(TwoLinks.Link.wifi, TwoLinks.Link.cable, TwoLinks.Family.v6), (.cable, .wifi, .v4)] {
      let began = Date()
      try links.bringUp(to, family)
      try links.takeDown(from)
      #expect(phone.next("flow", ["state": "up"], within: 20) != nil, "\(phone.child.transcript.suffix(3000))")
      print("to \(family): registered again after \(Date().timeIntervalSince(began)) s")
      #expect(try RingingCalls(workplace, network, count: 2, perSecond: 2).run().count == 2)
    }
    #expect(phone.quit() == 0)
  }
}
