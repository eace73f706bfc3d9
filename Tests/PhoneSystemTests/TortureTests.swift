import Glibc
import PhoneSystem
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 4475 and RFC 5118: the torture messages through sockets", .serialized)
struct TortureTests {
  @Test("Each message gets the answer that the RFC asks for, in a datagram", arguments: TortureCase.all)
  func datagrams(_ torture: TortureCase) throws {
    let peer = try TorturePeer()
    defer { peer.stop() }
    let bytes = try torture.bytes
    let answers = try peer.answers(toDatagrams: [bytes])
    let outcome = peer.outcome(answers)
    #expect(torture.allows(outcome), "\(torture): \(outcome) where \(torture.answers) is asked for")
  }

  @Test("Each message gets the answer that the RFC asks for, on a connection", arguments: TortureCase.all)
  func connections(_ torture: TortureCase) throws {
    let peer = try TorturePeer()
    defer { peer.stop() }
    let outcome = peer.outcome(try peer.answers(onConnection: try torture.bytes))
    if torture.losesItsFrame {
      #expect(outcome == "dropped", "\(torture): \(outcome) where nothing can be answered on a connection")
    } else {
      #expect(torture.allows(outcome), "\(torture): \(outcome) where \(torture.answers) is asked for")
    }
  }

  @Test("What is no message gets no more bytes back than it has, and the user agent goes on working")
  func garbage() throws {
    let peer = try TorturePeer()
    defer { peer.stop() }
    var random = RandomSource(seed: 5118)
    var datagrams: [[UInt8]] = (0..<64).map { size in (0..<size * 20).map { _ in UInt8(truncatingIfNeeded: random.nextUInt64()) } }
    for torture in TortureCase.all {
      let bytes = try torture.bytes
      for quarters in 1...3 { datagrams.append(Array(bytes.prefix(bytes.count * quarters / 4))) }
    }
    datagrams += [[0], [13, 10], [13, 10, 13, 10], Array("SIP/2.0\r\n\r\n".utf8), Array("INVITE sip:a@b SIP/2.0\r\n\r\n".utf8)]
    for datagram in datagrams {
      let answers = try peer.answers(toDatagrams: [datagram])
      #expect(answers.map(\.count).reduce(0, +) <= datagram.count, "\(String(decoding: datagram, as: UTF8.self))")
    }
  }
}

extension TortureCase {
  /// On a connection these have no end that could be found: the head never closes (baddn), or Content-Length is missing (inv2543),
  /// negative (ncl), twofold (mcl01) or larger than what comes (clerr). RFC 3261 section 18.3 asks for it on streams; what cannot
  /// be framed is waited for or its connection is closed, and nothing is answered.
  fileprivate var losesItsFrame: Bool {
    ["baddn", "inv2543", "ncl", "mcl01", "clerr"].contains { description.contains("/\($0).dat") }
  }

  /// A message that is well formed may also name a dialog which never was: 481.
  fileprivate func allows(_ outcome: String) -> Bool {
    if answers.contains(outcome) { return true }
    guard outcome == "481", answers.contains("accepted"), let bytes = try? bytes else { return false }
    return (try? MessageParser.parse(bytes))?.essentials.toTag != nil
  }
}
