import Foundation
import Testing

@Suite("Against SIPp", .enabled(if: Workplace.hasPeers), .serialized, .timeLimit(.minutes(3)))
struct SIPpTests {
  private func configuration(port: UInt16) -> String {
    """
    [[accounts]]
    address = "sip:alice@127.0.0.1:\(port)"
    register = false
    [network]
    listen = ["udp:127.0.0.1:\(port)", "tcp:127.0.0.1:\(port)"]
    rtp_ports = "33000-33999"
    requests_per_second = 0
    [answer]
    automatically = true
    during_calls = true

    """
  }

  @Test("200 calls of SIPp's own caller are all answered and ended, over UDP and over TCP", arguments: ["u1", "t1"])
  func twoHundredCalls(transport: String) throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let port = Workplace.freePort()
    let phone = try HeadlessPhone(workplace, configuration: configuration(port: port))
    #expect(phone.next("snapshot") != nil)
    #expect(SIPProbe.answers(port: port, within: 5))
    let (code, transcript) = try Workplace.run(
      Workplace.interopScript,
      [
        "exec", "sipp", "-sn", "uac", "-s", "alice", "127.0.0.1:\(port)", "-i", "127.0.0.1", "-p", "\(Workplace.freePort())", "-t",
        transport,
        "-m",
        "200", "-r", "20", "-d", "100", "-nostdin", "-timeout", "90s",
      ])
    #expect(code == 0, "\(transcript.suffix(2000))")
    #expect(phone.quit() == 0)
  }
}
