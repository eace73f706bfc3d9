import Foundation
import Synchronization

/// A temporary folder, free ports and the paths that the interop tests need.
struct Workplace {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// True when the real peers are unpacked (`Scripts/setup --peers`) and the test run wants them.
  static var hasPeers: Bool { ProcessInfo.processInfo.environment["OFFHOOK_PEERS"] != nil }

  static var interopScript: String { root.appendingPathComponent("Scripts/interop").path }

  /// The phone as this test run built it.
  static var program: String {
    ProcessInfo.processInfo.environment["OFFHOOK_PROGRAM"] ?? root.appendingPathComponent(".build/debug/offhook").path
  }

  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("offhook-interop-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func remove() {
    try? FileManager.default.removeItem(at: folder)
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func write(_ text: String, to name: String) throws {
    try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path(name))
  }

  /// A file that lies beside the tests, with its upper-case words replaced.
  func write(template: String, to name: String, replacing words: [String: String]) throws {
    let source = Self.root.appendingPathComponent("Tests/InteropTests/Peers/\(template)")
    var text = try String(contentsOf: source, encoding: .utf8)
    // Longer words first, so that no word is cut by one that it begins with.
    for word in words.keys.sorted(by: { $0.count > $1.count }) { text = text.replacingOccurrences(of: word, with: words[word]!) }
    try write(text, to: name)
  }

  /// An environment with homes of its own, so that no test touches the user's history or settings.
  func homes(_ name: String) throws -> [String: String] {
    var environment: [String: String] = [:]
    for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"] {
      let folder = path("\(name)-home/\(variable.lowercased())")
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      environment[variable] = folder
    }
    return environment
  }

  /// Runs a program to its end and returns its exit code and what it said.
  @discardableResult
  static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> (Int32, String) {
    let child = try ChildProcess("/usr/bin/env", [program] + arguments, environment: environment)
    let code = child.waitForExit(within: 120) ?? -1
    child.stop()
    return (code, child.transcript)
  }

  /// Ports that were handed out: what is free now may be another test's a moment later.
  private static let given = Mutex<Set<UInt16>>([])

  /// A port that is free for UDP and TCP on 127.0.0.1 now, and that no other test of this run gets. Another program may take it
  /// before we do; then the test says so.
  static func freePort() -> UInt16 {
    while true {
      let port = UInt16.random(in: 20_000..<30_000)
      if isFree(port, SOCK_DGRAM), isFree(port, SOCK_STREAM), given.withLock({ $0.insert(port).inserted }) { return port }
    }
  }

  /// Waits until somebody has taken this UDP port; false after the timeout.
  static func isTaken(_ port: UInt16, within timeout: TimeInterval) -> Bool {
    ProcessFacts.eventually(within: timeout) { ProcessFacts.isBound(port) }
  }

  /// Waits until somebody listens at this TCP port; false after the timeout.
  static func accepts(_ port: UInt16, within timeout: TimeInterval) -> Bool {
    ProcessFacts.eventually(within: timeout) { ProcessFacts.isListening(port) }
  }

  private static func isFree(_ port: UInt16, _ type: __socket_type) -> Bool {
    // A child that is spawned meanwhile must not take the port along.
    let descriptor = socket(AF_INET, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
