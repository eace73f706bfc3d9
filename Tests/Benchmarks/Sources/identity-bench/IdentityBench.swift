import Cryptography
import Foundation
import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO

/// Measures signed identity: one signature, one look at a token whose certificate is known, and what an INVITE costs with it and
/// without. Usage: identity-bench ROOT.pem CERTIFICATE.pem KEY.pem, the certificate being for 12155551212.
@main
struct IdentityBench {
  private static let x5u = "https://certs.example.net/cert.pem"
  private static let wallTime = WallTime(secondsSince1970: 1_700_000_000)

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4 else { throw BenchmarkError("identity-bench ROOT.pem CERTIFICATE.pem KEY.pem") }
    let files = try arguments.dropFirst().map { Array(try Data(contentsOf: URL(fileURLWithPath: $0))) }
    let (root, certificate) = (files[0], files[1])
    let signatures = OpenSSLSignatures()
    guard let key = signatures.readPrivateKey(files[2]) else { throw BenchmarkError("the key cannot be used") }
    let text = PASSporT.signingText(
      x5u: x5u, orig: .telephoneNumber("12155551212"), dest: .uri("sip:alice@192.0.2.1"),
      issuedAt: wallTime.secondsSince1970)
    report("sign") { _ in signatures.sign(text, privateKey: key)?.count ?? 0 }
    guard case .success(let found) = signatures.examine(certificate, anchors: root, at: wallTime.secondsSince1970),
      let signature = signatures.sign(text, privateKey: key)
    else { throw BenchmarkError("the certificate or the key cannot be used") }
    report("verify a signature") { _ in signatures.verify(signature, of: text, publicKey: found.publicKey) ? 1 : 0 }
    report("follow a certificate to its root") { _ in
      if case .success = signatures.examine(certificate, anchors: root, at: wallTime.secondsSince1970) { 1 } else { 0 }
    }
    let token = String(decoding: text, as: UTF8.self) + "." + Base64URL.encode(signature)
    for isSigned in [false, true] {
      var agent = try agent(signatures, root: root, certificate: certificate, token: token)
      report(isSigned ? "INVITE with Identity, to the application" : "INVITE without Identity, to the application") { number in
        receive(invite("b\(number)", isSigned ? token : nil), &agent).count
      }
    }
  }

  private static func agent(
    _ signatures: OpenSSLSignatures, root: [UInt8], certificate: [UInt8], token: String
  ) throws -> UserAgent {
    var configuration = UserAgentConfiguration()
    configuration.sourceLimit = nil
    configuration.maximumKeptRequests = 1_000_000
    configuration.maximumSessions = 1_000_000
    var agent = UserAgent(
      configuration: configuration,
      extensions: [VerificationService(signatures: signatures, policy: VerificationPolicy(anchors: root))],
      random: RandomSource(seed: 1))
    var outputs: [UserAgentOutput] = []
    agent.handle(.network(.listening(ListenerID(1), .udp, SocketAddress(.v4(0xC000_0201), port: 5060))), now: now, into: &outputs)
    for case .event(.lookup(let ticket, _)) in receive(invite("first", token), &agent) {
      agent.handle(.command(.lookupFinished(ticket, .bytes(certificate))), now: now, into: &outputs)
    }
    return agent
  }

  private static var now: Moment { Moment(instant: Instant(nanoseconds: 1), wallTime: wallTime) }

  private static func receive(_ bytes: [UInt8], _ agent: inout UserAgent) -> [UserAgentOutput] {
    var outputs: [UserAgentOutput] = []
    agent.handle(
      .network(.datagram(bytes, from: SocketAddress(.v4(0xC000_0265), port: 5060), to: ListenerID(1))), now: now, into: &outputs)
    return outputs
  }

  /// The Call-ID stays, or the signature would be a copy; the tag makes each a call of its own.
  private static func invite(_ number: String, _ token: String?) -> [UInt8] {
    let lines = [
      "INVITE sip:alice@192.0.2.1 SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK\(number)", "Max-Forwards: 70",
      "From: <sip:+12155551212@telco.example;user=phone>;tag=\(number)", "To: <sip:alice@192.0.2.1>", "Call-ID: bench",
      "CSeq: 1 INVITE", "Contact: <sip:bob@192.0.2.101>",
    ]
    let identity = token.map { ["Identity: \($0);info=<\(x5u)>;alg=ES256"] } ?? []
    return Array((lines + identity + ["Content-Length: 0", "", ""]).joined(separator: "\r\n").utf8)
  }

  /// The median and the best of 400 rounds: the machine is shared, and what disturbs a round only makes it slower.
  private static func report(_ name: String, _ body: (Int) -> Int) {
    let clock = ContinuousClock()
    var times: [Double] = []
    var sum = 0
    for index in 0..<400 { times.append(clock.measure { sum &+= body(index) } / .microseconds(1)) }
    times.sort()
    print("\(name): median \(times[200].rounded()) µs, best \(times[0].rounded()) µs\(sum == 0 ? " (nothing came)" : "")")
  }
}

struct BenchmarkError: Error {
  let text: String

  init(_ text: String) {
    self.text = text
  }
}
