import Foundation
import Testing

@Suite("Kamailio tells what becomes of a registration (RFC 3680)", .enabled(if: Workplace.hasPeers), .timeLimit(.minutes(2)))
struct RegistrationEventsTests {
  @Test("When an administrator takes the registration away, the phone says so at once and registers again")
  func withdrawn() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let port = Workplace.freePort()
    let kamailio = try start(workplace, port)
    defer { kamailio.stop() }
    try workplace.write("</usr/share/alsa/alsa.conf>\npcm.!default { type hw card 99 }\n", to: "asoundrc")
    // The notifier sends to our Contact as it is, and knows no way to a GRUU of a domain that has no address.
    let phone = try HeadlessPhone(
      workplace,
      configuration: """
        [[accounts]]
        address = "sip:alice@example.test"
        password = "secret-alice"
        outbound_proxies = ["sip:127.0.0.1:\(port);transport=tcp;lr"]
        gruu = false
        registration_events = true
        [network]
        listen = ["udp:127.0.0.1:0", "tcp:127.0.0.1:0"]

        """, environment: ["ALSA_CONFIG_PATH": workplace.path("asoundrc")])
    try #require(phone.next("registration", ["state": "ready"], within: 15) != nil, "\(phone.child.transcript)")
    let administrator = try #require(Stranger("127.0.0.9", to: port))
    // Whoever is told nothing would find out when the registration is due again, half an hour later. The subscription may still be
    // on its way when the first word of the administrator comes.
    var told: [String: Any]?
    for _ in 0..<10 where told == nil {
      _ = administrator.send(administrator.request("MESSAGE", user: "administrator"))
      told = phone.next("registration", ["state": "failed"], within: 2)
    }
    let reason = try #require(told?["reason"] as? String, "\(phone.child.transcript.suffix(3000))\n\(kamailio.transcript)")
    #expect(reason.contains("signed this phone out"))
    #expect(phone.next("registration", ["state": "ready"], within: 15) != nil, "\(phone.child.transcript.suffix(3000))")
    #expect(phone.quit() == 0)
  }

  private func start(_ workplace: Workplace, _ port: UInt16) throws -> ChildProcess {
    let modules = try Workplace.run(Workplace.interopScript, ["modules", "kamailio"]).1
    // …/usr/lib/ARCHITECTURE/kamailio/modules; its empty tables are in …/usr/share.
    let system = (0..<4).reduce(URL(fileURLWithPath: modules)) { folder, _ in folder.deletingLastPathComponent() }
    try FileManager.default.copyItem(
      atPath: system.appendingPathComponent("share/kamailio/dbtext/kamailio").path, toPath: workplace.path("tables"))
    try workplace.write(
      template: "kamailio-reginfo.cfg", to: "reginfo.cfg",
      replacing: ["DIR": workplace.folder.path, "PORT": "\(port)", "MODULES": modules + "/"])
    let child = try ChildProcess(
      Workplace.interopScript,
      ["exec", "kamailio", "-f", workplace.path("reginfo.cfg"), "-DD", "-E", "-Y", workplace.folder.path, "-m", "64", "-M", "8"])
    guard SIPProbe.answers(port: port, within: 10) else { throw PeerProblem(name: "kamailio", transcript: child.transcript) }
    return child
  }
}
