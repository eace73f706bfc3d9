import Foundation

/// Calls of SIPp through the registrar that ring and are cancelled, and how long each took to ring.
final class RingingCalls {
  private let workplace: Workplace
  private let arguments: [String]
  private let folder: String
  private let time: TimeInterval
  private var child: ChildProcess?

  convenience init(_ workplace: Workplace, _ network: EdgeNetwork, count: Int, perSecond: Int) {
    self.init(
      workplace, to: "\(network.registrar):\(network.port)", from: network.prefix.isEmpty ? "127.0.0.1" : TwoLinks.server,
      count: count, perSecond: perSecond, prefix: network.prefix)
  }

  /// - Parameters:
  ///   - proxy: its address and port.
  ///   - prefix: what stands before the program and its arguments, to run it in another network namespace.
  init(_ workplace: Workplace, to proxy: String, from address: String, count: Int, perSecond: Int, prefix: [String]) {
    self.workplace = workplace
    time = Double(count) / Double(perSecond) + 30
    folder = workplace.path("calls-\(UUID().uuidString.prefix(8))")
    arguments =
      prefix + [
        Workplace.interopScript, "exec", "sipp", "-sf",
        Workplace.root.appendingPathComponent("Tests/InteropTests/Peers/ring.xml").path, "-s", "alice",
        proxy, "-i", address, "-p", "\(Workplace.freePort())", "-m", "\(count)", "-r",
        "\(perSecond)", "-nostdin", "-timeout", "\(Int(time))s", "-trace_rtt", "-rtt_freq", "1",
      ]
  }

  func start() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    child = try ChildProcess("/usr/bin/env", arguments, environment: ["OFFHOOK_PEER_FOLDER": folder])
  }

  var isOver: Bool { child?.waitForExit(within: 0) != nil }

  /// Waits for the end; milliseconds from the INVITE to its 180, for each call that rang.
  func wait() throws -> [Int] {
    _ = child?.waitForExit(within: time + 10)
    child?.stop()
    guard let name = try FileManager.default.contentsOfDirectory(atPath: folder).first(where: { $0.hasSuffix("_rtt.csv") }) else {
      return []
    }
    // `Date_ms;response_time_ms;rtd_no`, a line for each call.
    return try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(separator: "\n").dropFirst().compactMap {
      let parts = $0.split(separator: ";")
      return parts.count > 1 ? Double(parts[1]).map { Int($0) } : nil
    }
  }

  func run() throws -> [Int] {
    try start()
    return try wait()
  }
}
