import Foundation

/// What the kernel says about a process.
enum ProcessFacts {
  /// Memory that is this process's alone and has been written to, in kilobytes.
  static func dirtyKilobytes(_ process: pid_t) -> Int {
    for line in text(of: "/proc/\(process)/smaps_rollup").split(separator: "\n") where line.hasPrefix("Private_Dirty:") {
      return Int(line.split(separator: " ")[1]) ?? 0
    }
    return 0
  }

  /// How many TCP connections of this process stand at a listening port of 127.0.0.1.
  static func accepted(_ process: pid_t, at port: UInt16) -> Int {
    let folder = "/proc/\(process)/fd"
    let own = Set(
      ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
      })
    // The port alone could be another's ephemeral one.
    return sockets("tcp").count {
      $0.state == "01" && $0.local == "0100007F:\(hexadecimal(port))" && own.contains("socket:[\($0.inode)]")
    }
  }

  /// Somebody listens at this TCP port. To ask by binding or connecting would disturb who is about to listen, or to answer.
  static func isListening(_ port: UInt16) -> Bool {
    sockets("tcp").contains { $0.state == "0A" && $0.local.hasSuffix(":\(hexadecimal(port))") }
  }

  /// Somebody has this UDP port.
  static func isBound(_ port: UInt16) -> Bool {
    sockets("udp").contains { $0.local.hasSuffix(":\(hexadecimal(port))") }
  }

  private static func hexadecimal(_ port: UInt16) -> String { String(format: "%04X", Int(port)) }

  /// The IPv4 sockets of the machine, as `sl local_address rem_address st … inode`; state 01 is ESTABLISHED, 0A is LISTEN.
  private static func sockets(_ protocolName: String) -> [(local: Substring, state: Substring, inode: Substring)] {
    text(of: "/proc/net/\(protocolName)").split(separator: "\n").dropFirst().compactMap { line in
      let words = line.split(separator: " ")
      return words.count > 9 ? (words[1], words[3], words[9]) : nil
    }
  }

  /// How many descriptors it has open.
  static func descriptors(_ process: pid_t) -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count) ?? 0
  }

  /// From now on it may have this many descriptors. Only the soft limit is changed, so that it can be raised again.
  static func limitDescriptors(_ process: pid_t, to count: Int) throws {
    try Workplace.run("prlimit", ["--pid", "\(process)", "--nofile=\(count):"])
  }

  /// A file of /proc to its end: its size is told as 0, and `String(contentsOfFile:)` stops after a page.
  private static func text(of path: String) -> String {
    let data = try? FileHandle(forReadingAtPath: path)?.readToEnd()
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  /// Waits until this holds; false after the timeout.
  static func eventually(within seconds: TimeInterval = 10, _ condition: () -> Bool) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
      if condition() { return true }
      Thread.sleep(forTimeInterval: 0.02)
    }
    return condition()
  }
}
