import Foundation

/// Calls of SIPp through the registrar that ring and are cancelled, and how long each took to ring.
final class RingingCalls {
  private let workplace: Workplace
  private let arguments: [String]
  private let folder: String
  private let time: TimeInterval
  private var child: ChildProcess?

  init(_ workplace: Workplace, _ network: EdgeNetwork, count: Int, perSecond: Int) {
    self.workplace = workplace
    time = Double(count) / Double(perSecond) + 30
    folder = workplace.path("calls-\(UUID().uuidString.prefix(8))")
    arguments = [
      "exec", "sipp", "-sf", Workplace.root.appendingPathComponent("Tests/InteropTests/Peers/ring.xml").path, "-s", "alice",
      "\(EdgeNetwork.registrar):\(network.port)", "-i", "127.0.0.1", "-p", "\(Workplace.freePort())", "-m", "\(count)", "-r",
      "\(perSecond)", "-nostdin", "-timeout", "\(Int(time))s", "-trace_rtt", "-rtt_freq", "1",
    ]
  }

  func start() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    child = try ChildProcess(Workplace.interopScript, arguments, environment: ["OFFHOOK_PEER_FOLDER": folder])
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
