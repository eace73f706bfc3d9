import Foundation

/// A program of the operating system that a test started and must end.
final class ChildProcess: @unchecked Sendable {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let condition = NSCondition()
  /// Guarded by `condition`.
  private var lines: [String] = []
  private var partial = Data()
  private var isAtEnd = false
  /// Where `nextLine` goes on; only the test's own thread uses it.
  private var position = 0

  init(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws {
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    output.fileHandleForReading.readabilityHandler = { [weak self] handle in
      let data = handle.availableData
      if data.isEmpty { handle.readabilityHandler = nil }
      self?.take(data)
    }
    try process.run()
  }

  deinit { stop() }

  private func take(_ data: Data) {
    condition.lock()
    defer { condition.unlock() }
    if data.isEmpty { isAtEnd = true }
    partial.append(data)
    while let end = partial.firstIndex(of: 10) {
      lines.append(String(decoding: partial[partial.startIndex..<end], as: UTF8.self))
      partial.removeSubrange(partial.startIndex...end)
    }
    condition.broadcast()
  }

  var isRunning: Bool { process.isRunning }

  /// Everything it has said so far.
  var transcript: String {
    condition.lock()
    defer { condition.unlock() }
    return lines.joined(separator: "\n")
  }

  func write(_ line: String) {
    try? input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
  }

  /// The first line from where the last call stopped for which `isWanted` holds; nil after `timeout` or at the end of the output.
  func nextLine(within timeout: TimeInterval = 10, where isWanted: (String) -> Bool) -> String? {
    let end = Date(timeIntervalSinceNow: timeout)
    condition.lock()
    defer { condition.unlock() }
    while true {
      while position < lines.count {
        position += 1
        if isWanted(lines[position - 1]) { return lines[position - 1] }
      }
      if isAtEnd || !condition.wait(until: end) { return nil }
    }
  }

  /// Waits for the end and returns the exit code; nil when it did not end in time.
  func waitForExit(within timeout: TimeInterval) -> Int32? {
    let end = Date(timeIntervalSinceNow: timeout)
    while process.isRunning {
      if Date() > end { return nil }
      RunLoop.current.run(until: Date(timeIntervalSinceNow: 0.01))
    }
    return process.terminationStatus
  }

  /// Asks it to end, then makes it.
  func stop() {
    guard process.isRunning else { return }
    process.terminate()
    if waitForExit(within: 3) == nil { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }
}
