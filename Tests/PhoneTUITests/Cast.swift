import Media
import Phone
import SansIO

/// The people and the calls of the tests.
enum Cast {
  static let clara = PeerSnapshot(
    name: "Clara Weiss", nameIsOurs: true, address: "+49 89 777 0101", uri: "sip:+49897770101@example.com", trust: .checkedHere)
  static let bob = PeerSnapshot(
    name: "Bob Baker", nameIsOurs: true, address: "202", uri: "sip:bob@example.com", trust: .saidByProvider)
  static let stranger = PeerSnapshot(
    name: "Bank security", nameIsOurs: false, address: "mallory@evil.example", uri: "sip:mallory@evil.example", trust: .saidByPeer)

  static func idle() -> PhoneSnapshot {
    var snapshot = PhoneSnapshot()
    snapshot.accounts = [
      AccountSnapshot(number: 1, address: "alice@example.com", state: .ready, transport: "TLS", flowsReady: 2, flowsWanted: 2),
      AccountSnapshot(
        number: 2, address: "+4930901820@example.net",
        state: .failed("503 from provider", retryAt: Instant(nanoseconds: 1_018_000_000_000))),
    ]
    snapshot.contacts = [
      ContactSnapshot(name: "Reception", label: "201", uri: "sip:201@example.com"),
      ContactSnapshot(name: "Bob Baker", label: "202", uri: "sip:bob@example.com"),
      ContactSnapshot(name: "Clara Weiss", label: "mobile", uri: "sip:+49897770101@example.com"),
      ContactSnapshot(name: "田中太郎", label: "301", uri: "sip:tanaka@example.com"),
    ]
    snapshot.history = [
      record(15, incoming: true, nil, "+49 30 5551234", .missed),
      record(16, incoming: false, "Clara Weiss", "+49 89 777 0101", .answered, talked: .seconds(761), uri: clara.uri),
      record(167, incoming: true, "Bob Baker", "202", .answered, talked: .seconds(185), uri: bob.uri),
      record(1700, incoming: true, "Support", "800", .elsewhere),
      record(3000, incoming: false, "Taxi", "+49 30 261026", .failed, detail: "busy"),
    ]
    snapshot.notices = [
      Notice(at: Stage.monday, level: .information, text: "Network changed. Both flows back in 2 s. No call lost.")
    ]
    return snapshot
  }

  static func record(
    _ minutesAgo: Int64, incoming: Bool, _ name: String?, _ address: String, _ outcome: CallRecord.Outcome,
    talked: Duration? = nil, detail: String? = nil, uri: String? = nil
  ) -> CallRecord {
    CallRecord(
      account: "alice@example.com", isIncoming: incoming, peerName: name, peerAddress: address,
      peerURI: uri ?? "sip:\(address.filter { $0 != " " })@example.com",
      startedAt: WallTime(secondsSince1970: Stage.monday.secondsSince1970 - minutesAgo * 60), talked: talked, outcome: outcome,
      detail: detail, callID: "\(minutesAgo)@test")
  }

  static func ringing(_ id: UInt64 = 1, _ peer: PeerSnapshot = clara, at now: Moment) -> CallSnapshot {
    CallSnapshot(id: CallID(id), account: 1, isIncoming: true, state: .ringing, peer: peer, startedAt: now.instant)
  }

  static func talking(_ id: UInt64 = 1, _ peer: PeerSnapshot = clara, at now: Moment, statistics: MediaStatistics? = nil)
    -> CallSnapshot
  {
    CallSnapshot(
      id: CallID(id), account: 1, isIncoming: false, state: .talking, peer: peer, startedAt: now.instant + .seconds(-5),
      answeredAt: now.instant, isMicrophoneOpen: true, codec: "PCMU 8 kHz", statistics: statistics)
  }

  static func statistics(_ seconds: UInt64, lost: Int64 = 0) -> MediaStatistics {
    var statistics = MediaStatistics()
    statistics.packetsSent = seconds * 50
    statistics.packetsReceived = seconds * 50
    statistics.packetsLost = lost
    statistics.jitter = .milliseconds(4)
    statistics.roundTrip = .milliseconds(48)
    statistics.remoteFractionLost = 0
    statistics.microphoneLevel = -21
    statistics.speakerLevel = -30
    return statistics
  }

  static func trace() -> [TraceEntry] {
    let base = Stage.monday.nanosecondsSince1970
    let steps: [(Bool, String, Int64)] = [
      (true, "INVITE (offer)", 3), (false, "407 Proxy Authentication Required", 44), (true, "ACK", 47),
      (true, "INVITE (with auth)", 48), (false, "180 Ringing", 258), (false, "200 OK (answer)", 4378), (true, "ACK", 4380),
      (false, "BYE", 64_400), (true, "200 OK", 64_403),
    ]
    return steps.map { isOutgoing, summary, milliseconds in
      TraceEntry(
        at: WallTime(nanosecondsSince1970: base + milliseconds * 1_000_000), isOutgoing: isOutgoing, transport: "TLS",
        peer: "192.0.2.17:5061", summary: summary, callID: "f81d4fae",
        text: "\(summary)\r\nVia: SIP/2.0/TLS 192.0.2.4;branch=z9hG4bK776\r\nFrom: <sip:alice@example.com>;tag=456248\r\n\r\n")
    }
  }
}
