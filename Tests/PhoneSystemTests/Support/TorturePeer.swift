import Glibc
import PhoneSystem
import SIPUserAgent
import SansIO
import Testing

/// Sends a user agent what it likes, and hears every answer: also those that go where the Via says and not whence the message came.
final class TorturePeer {
  let agent = AgentLine()
  private let line = Line()
  private let agentUDP: SocketAddress
  private let agentTCP: SocketAddress
  private let sender: ListenerID
  private var questions = 0
  private var heard = 0

  /// A loopback address of this process's own, so that its ports are free whoever else tests here.
  private static let address = IPAddress.v4(0x7F40_0000 | UInt32(getpid()) & 0x3F_FFFF)
  /// The ports that the Vias of the torture messages name or leave out; the first one sends.
  private static let ports: [UInt16] = [5060, 5050, 5061, 5070, 6050, 19823]
  private static let mark = "torture-is-over"

  init() throws {
    agentUDP = try #require(agent.opened(.udp))
    agentTCP = try #require(agent.opened(.tcp))
    for port in Self.ports { line.listen(.udp, Self.address, port: port) }
    let ids = Self.ports.map { [line] port in
      line.events.first { if case .listening(let id, _, let local, _) = $0, local.port == port { id } else { nil } }
    }
    for (id, port) in zip(ids, Self.ports) {
      _ = try #require(id, "port \(port): does another program hold it on all addresses, a telephone perhaps?")
    }
    sender = try #require(ids[0])
  }

  func stop() {
    line.stop()
    agent.stop()
  }

  /// What comes back for datagrams. Each returned element is a datagram.
  func answers(toDatagrams datagrams: [[UInt8]]) throws -> [[UInt8]] {
    for datagram in datagrams { line.order(.datagram(datagram, to: agentUDP, from: sender)) }
    // The agent reads in order, so the second answer proves that everything before the first has been read here too.
    for _ in 0..<2 {
      let (text, callID) = question("UDP")
      line.order(.datagram(text, to: agentUDP, from: sender))
      let isAnswered = line.events.contains {
        if case .datagram(let bytes, _, _) = $0 { Self.is(bytes, "200", callID) } else { false }
      }
      try #require(isAnswered, "the user agent no longer answers OPTIONS")
    }
    let all = line.events.all
    defer { heard = all.count }
    return all[heard...].compactMap { event in
      guard case .datagram(let bytes, _, _) = event, !Self.contains(bytes, Self.mark) else { return nil }
      return bytes
    }
  }

  /// What comes back on a connection for these bytes, message by message.
  func answers(onConnection bytes: [UInt8]) throws -> [[UInt8]] {
    let (tortured, other) = (FlowID(2), FlowID(4))
    line.order(.open(tortured, FlowTarget(transport: .tcp, remote: agentTCP)))
    line.order(.bytes(bytes, on: tortured))
    _ = try #require(line.facts(of: tortured))
    line.order(.open(other, FlowTarget(transport: .tcp, remote: agentTCP)))
    for _ in 0..<2 {
      let (text, callID) = question("TCP")
      line.order(.bytes(text, on: other))
      var answer: [UInt8] = []
      let isAnswered = line.events.contains { event in
        if case .bytes(let piece, other) = event { answer += piece }
        return Self.is(answer, "200", callID)
      }
      try #require(isAnswered, "the user agent no longer answers OPTIONS")
    }
    let text = line.events.all.reduce(into: [UInt8]()) { if case .bytes(let piece, tortured) = $1 { $0 += piece } }
    return Self.messages(in: text)
  }

  /// `dropped`, `accepted` or the status of the refusal, from what came back and from what the agent's application was told.
  func outcome(_ answers: [[UInt8]]) -> String {
    let statuses = answers.compactMap { Int(String(decoding: $0.dropFirst(8).prefix(3), as: UTF8.self)) }
    if let refusal = statuses.first(where: { $0 >= 300 }) { return String(refusal) }
    return statuses.isEmpty && agent.events.all.isEmpty ? "dropped" : "accepted"
  }

  private func question(_ transport: String) -> (bytes: [UInt8], callID: String) {
    questions += 1
    let callID = "\(Self.mark)-\(questions)."
    let lines = [
      "OPTIONS sip:alice@127.0.0.1 SIP/2.0", "Via: SIP/2.0/\(transport) \(Self.address):5060;branch=z9hG4bK\(questions)over",
      "Max-Forwards: 70", "From: <sip:bob@example.com>;tag=b", "To: <sip:alice@example.com>", "Call-ID: \(callID)",
      "CSeq: 1 OPTIONS",
      "Content-Length: 0",
    ]
    return (Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8), callID)
  }

  private static func contains(_ bytes: [UInt8], _ text: String) -> Bool { String(decoding: bytes, as: UTF8.self).contains(text) }

  private static func `is`(_ bytes: [UInt8], _ status: String, _ callID: String) -> Bool {
    contains(bytes, "SIP/2.0 \(status) ") && contains(bytes, callID)
  }

  /// The agent's answers have no bodies, so each status line begins one.
  private static func messages(in bytes: [UInt8]) -> [[UInt8]] {
    var messages: [[UInt8]] = []
    for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      if line.starts(with: Array("SIP/2.0 ".utf8)) { messages.append([]) }
      if !messages.isEmpty { messages[messages.count - 1] += line + [10] }
    }
    return messages
  }
}
