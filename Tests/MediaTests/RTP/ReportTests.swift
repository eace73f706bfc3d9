import Media
import SansIO
import Testing

@Suite("RFC 3550 section 6: reports")
struct ReportTests {
  @Test("Reports come after about five seconds, never in step, the first one sooner (section 6.3)")
  func interval() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    var times: [Int64] = []
    for _ in 0..<600 {
      let before = pair.fromAlice.count
      pair.run(milliseconds: 100)
      if pair.fromAlice[before...].contains(where: { $0.rtcpPackets != nil }) { times.append(pair.time) }
    }
    #expect(times[0] >= 1000 && times[0] <= 3200)
    let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
    #expect(gaps.allSatisfy { $0 >= 2000 && $0 <= 7000 })
    #expect(Set(gaps).count > 3)
  }

  @Test("A sender report counts what was sent, a report block what was lost, and both measure the round trip (sections 6.4.1, A.3)")
  func contents() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.delay = 30
    pair.disturb = { $0 % 4 == 0 ? nil : 0 }
    pair.run(milliseconds: 20_000)
    let alice = pair.alice.statistics
    let bob = pair.bob.statistics
    #expect((999...1001).contains(alice.packetsSent))
    #expect(alice.octetsSent == alice.packetsSent * 160)
    #expect(bob.packetsReceived + UInt64(bob.packetsLost) >= 995)
    #expect((245...251).contains(bob.packetsLost))
    #expect(alice.remoteFractionLost.map { abs($0 - 0.25) < 0.02 } == true)
    #expect(alice.roundTrip.map { abs(($0 - .milliseconds(60)).wholeMilliseconds) <= 2 } == true)
    #expect(bob.roundTrip.map { abs(($0 - .milliseconds(60)).wholeMilliseconds) <= 2 } == true)
    let report = pair.fromAlice.compactMap(\.rtcpPackets).last!
    guard case .senderReport(let ssrc, let info, _) = report[0] else {
      Issue.record("a sender sends sender reports")
      return
    }
    #expect(report.contains(.sourceDescription([.init(ssrc: ssrc, cname: "alice@call")])))
    #expect(info.octetCount == info.packetCount * 160)
    // 2027-01-15, in seconds since 1900.
    #expect((info.ntpTime >> 32) / 100 == (1_800_000_000 + 2_208_988_800) / 100)
  }

  @Test("Jitter is measured as in appendix A.8")
  func jitter() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.disturb = { $0 % 2 == 0 ? 8 : 0 }
    pair.run(milliseconds: 5000)
    // Each packet differs by 8 ms from the one before it.
    #expect(abs((pair.bob.statistics.jitter - .milliseconds(8)).wholeMilliseconds) <= 1)
  }

  @Test("Who only receives sends receiver reports (section 6.4)")
  func receiverReport() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    var parameters = pair.bob.currentParameters
    parameters.direction = .recvonly
    pair.bob(.update(parameters))
    pair.run(milliseconds: 8000)
    let kinds = pair.fromBob.compactMap(\.rtcpPackets).map { if case .receiverReport = $0[0] { true } else { false } }
    #expect(!kinds.isEmpty && kinds.allSatisfy { $0 })
  }

  @Test("With rtcp-mux, reports go to the RTP port and are understood from there (RFC 5761)")
  func mux() {
    var pair = SessionPair(alice: .silence, bob: .silence, mux: true)
    pair.run(milliseconds: 12_000)
    for output in pair.fromAlice {
      if case .rtcp(_, let address) = output { #expect(address == .bobRTP) }
    }
    var outputs: [MediaOutput] = []
    let report = pair.fromAlice.compactMap { if case .rtcp(let bytes, _) = $0 { bytes } else { nil } }.last!
    let rejected = pair.bob.statistics.datagramsRejected
    pair.bob.handle(.rtp(report, from: .aliceRTP), now: moment(pair.time), into: &outputs)
    #expect(pair.bob.statistics.datagramsRejected == rejected)
    #expect(pair.alice.statistics.roundTrip != nil)
  }

  @Test(
    "Another source with our SSRC makes us leave it with a goodbye; our own packets come back in a loop are dropped (section 8.2)")
  func collision() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 200)
    let mine = pair.fromAlice.compactMap(\.rtpPacket).last!
    var theirs = mine
    theirs.sequenceNumber = 1
    pair.alice(.rtp(theirs.serialized(), from: .bobRTP))
    #expect(pair.fromAlice.contains(.collision))
    #expect(pair.fromAlice.compactMap(\.rtcpPackets).last?.last == .bye([mine.ssrc], reason: nil))
    pair.run(milliseconds: 100)
    let renewed = pair.fromAlice.compactMap(\.rtpPacket).last!
    #expect(renewed.ssrc != mine.ssrc)
    // The reflected stream: no second collision, or there would be no end of them.
    pair.alice(.rtp(renewed.serialized(), from: .bobRTP))
    #expect(pair.fromAlice.filter { $0 == .collision }.count == 1)
  }

  @Test("A canonical name is 96 random bits in base64 (RFC 7022 section 4.2)")
  func canonicalName() {
    var random = RandomSource(seed: 7022)
    let names = (0..<100).map { _ in CanonicalName.make(random: &random) }
    #expect(
      names.allSatisfy { $0.count == 16 && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+" || $0 == "/") } })
    #expect(Set(names).count == 100)
  }

  @Test("Reports from strangers are not believed")
  func stranger() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 200)
    let peer = pair.fromBob.compactMap(\.rtpPacket).last!.ssrc
    let forged = RTCPPacket.serializeCompound([.receiverReport(ssrc: 1, []), .bye([peer], reason: nil)])
    pair.alice(.rtcp(forged, from: SocketAddress(IPAddress("203.0.113.9")!, port: 30_001)))
    #expect(!pair.fromAlice.contains(.peerLeft))
    pair.alice(.rtcp(forged, from: .bobRTCP))
    #expect(pair.fromAlice.contains(.peerLeft))
  }
}
