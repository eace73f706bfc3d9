import Foundation

/// A baresip of our own on loopback, at the virtual sound card `peer`, ordered about over its control port.
final class Baresip {
  let port = Workplace.freePort()
  private let controlPort = Workplace.freePort()
  private let child: ChildProcess
  /// - Parameter account: the account line after the address, such as `;regint=0;answermode=auto`.
  init(_ workplace: Workplace, address: String? = nil, account: String, sound: SoundCard) throws {
    let name = "baresip-\(port)"
    let folder = workplace.path(name)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let modules = try Workplace.run(Workplace.interopScript, ["modules", "baresip"]).1
    let first = 30_000 + Int(port % 1000) * 20
    try workplace.write(
      template: "baresip.config", to: "\(name)/config",
      replacing: [
        "SIPPORT": "\(port)", "RTPFIRST": "\(first)", "RTPLAST": "\(first + 18)", "CONTROLPORT": "\(controlPort)",
        "MODULES": modules,
      ])
    try workplace.write("<\(address ?? "sip:bob@127.0.0.1:\(port)")>\(account)\n", to: "\(name)/accounts")
    try workplace.write("", to: "\(name)/contacts")
    child = try ChildProcess(Workplace.interopScript, ["exec", "baresip", "-f", folder], environment: sound.environment)
    guard SIPProbe.answers(port: port, within: 10) else { throw PeerProblem(name: "baresip", transcript: child.transcript) }
  }

  func says(_ text: String) -> Bool { child.says(text) }

  /// Sends a command, such as `dial sip:…`, over its control port (netstring-framed JSON).
  func order(_ command: String, _ parameters: String = "") throws {
    let json = "{\"command\":\"\(command)\",\"params\":\"\(parameters)\"}"
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = controlPort.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    let bytes = Array("\(json.utf8.count):\(json),".utf8)
    guard connected, unsafe send(descriptor, bytes, bytes.count, 0) == bytes.count else {
      throw PeerProblem(name: "baresip's control port", transcript: child.transcript)
    }
    // Its answer means that the command was read; closing before would lose it.
    var buffer = [UInt8](repeating: 0, count: 4096)
    _ = unsafe recv(descriptor, &buffer, buffer.count, 0)
  }

  func stop() { child.stop() }
}
