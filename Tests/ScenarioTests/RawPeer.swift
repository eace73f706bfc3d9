import SIPMessages
import SIPUserAgent
import SansIO
import Simulation

/// A caller whose every message is written by the test: it answers nothing by itself.
struct RawPeer {
  let node: NodeID
  let listener: ListenerID
  let bob: NodeID

  private static let description =
    "v=0\r\no=c 1 1 IN IP4 127.0.0.4\r\ns=-\r\nc=IN IP4 127.0.0.4\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"

  func call(_ world: inout World, _ more: String...) {
    send("INVITE", sequence: 1, branch: "z9hG4bKc1", tag: nil, more + ["Content-Type: application/sdp"], Self.description, &world)
  }

  func acknowledge(_ world: inout World) { send("ACK", sequence: 1, branch: "z9hG4bKc2", tag: bobsTag(world), [], "", &world) }

  func cancel(_ world: inout World) { send("CANCEL", sequence: 1, branch: "z9hG4bKc1", tag: nil, [], "", &world) }

  func request(_ method: String, sequence: Int, _ world: inout World) {
    let fields = ["Content-Type: application/sdp"]
    send(method, sequence: sequence, branch: "z9hG4bKc3\(method)", tag: bobsTag(world), fields, Self.description, &world)
  }

  /// For the newest reliable provisional response.
  func acknowledgeProvisional(_ world: inout World) {
    let number = responses(world).compactMap { $0.value(RSeq.self)?.value }.last ?? 0
    send("PRACK", sequence: 2, branch: "z9hG4bKc4", tag: bobsTag(world), ["RAck: \(number) 1 INVITE"], "", &world)
  }

  private func responses(_ world: World) -> [Response] {
    world.network.passages.filter { $0.from == bob }.compactMap { try? MessageParser.parse($0.bytes).message.response }
  }

  private func bobsTag(_ world: World) -> String? { responses(world).compactMap { $0.to?.tag }.last }

  private func send(
    _ method: String, sequence: Int, branch: String, tag: String?, _ more: [String], _ body: String, _ world: inout World
  ) {
    var lines = [
      "\(method) sip:bob@127.0.0.3 SIP/2.0", "Via: SIP/2.0/UDP 127.0.0.4:5060;branch=\(branch)", "Max-Forwards: 70",
      "From: <sip:carol@127.0.0.4>;tag=c", "To: <sip:bob@127.0.0.3>\(tag.map { ";tag=\($0)" } ?? "")", "Call-ID: carol-1",
      "CSeq: \(sequence) \(method)", "Contact: <sip:carol@127.0.0.4>", "Allow: INVITE, ACK, BYE, CANCEL, UPDATE, PRACK",
    ]
    lines += more + ["Content-Length: \(body.utf8.count)", "", body]
    let bytes = Array(lines.joined(separator: "\r\n").utf8)
    world.network.perform(
      .datagram(bytes, to: SocketAddress(.v4(0x7F00_0003), port: 5060), from: listener), by: node, now: world.now.instant)
  }
}
