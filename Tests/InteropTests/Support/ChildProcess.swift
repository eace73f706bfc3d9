import Foundation

/// A program of the operating system that a test started and must end, with all that it started itself.
///
/// Spawned by hand: a child of Foundation's `Process` inherits the signal mask of the test's worker thread, on which SIGTERM is
/// blocked, and its own children outlive it.
final class ChildProcess: @unchecked Sendable {
  let identifier: pid_t
  private let input: Int32
  private let condition = NSCondition()
  /// Guarded by `condition`.
  private var lines: [String] = []
  private var partial: [UInt8] = []
  private var isAtEnd = false
  private var status: Int32?
  /// Where `nextLine` goes on; only the test's own thread uses it.
  private var position = 0

  init(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws {
    var inputEnds: [Int32] = [0, 0]
    var outputEnds: [Int32] = [0, 0]
    // No other child, spawned at the same moment, may hold an end of them.
    unsafe pipe(&inputEnds)
    unsafe pipe(&outputEnds)
    for end in inputEnds + outputEnds { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (from, to) in [(inputEnds[0], 0), (outputEnds[1], 1), (outputEnds[1], 2)] {
      unsafe posix_spawn_file_actions_adddup2(&actions, from, Int32(to))
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    // A group of its own, so that its children can be ended with it.
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    var settings = unsafe variables.sorted { $0.key < $1.key }.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
    defer { unsafe (words + settings).forEach { unsafe free($0) } }
    var child: pid_t = 0
    let failure = unsafe posix_spawn(&child, program, &actions, &attributes, &words, &settings)
    close(inputEnds[0])
    close(outputEnds[1])
    guard failure == 0 else { throw PeerProblem(name: program, transcript: unsafe String(cString: strerror(failure))) }
    identifier = child
    // A child that is gone is found out by waiting, not by the end of the test.
    signal(SIGPIPE, SIG_IGN)
    input = inputEnds[1]
    let output = outputEnds[0]
    Thread.detachNewThread { [self] in read(output) }
    Thread.detachNewThread { [self] in
      var status: Int32 = 0
      while unsafe waitpid(identifier, &status, 0) < 0, errno == EINTR {}
      condition.lock()
      self.status = status
      condition.broadcast()
      condition.unlock()
    }
  }

  private func read(_ output: Int32) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe Foundation.read(output, &buffer, buffer.count)
      condition.lock()
      if count > 0 { partial += buffer[..<count] } else { isAtEnd = true }
      while let end = partial.firstIndex(of: 10) {
        lines.append(String(decoding: partial[..<end], as: UTF8.self))
        partial.removeFirst(end + 1)
      }
      condition.broadcast()
      condition.unlock()
      if count <= 0 { break }
    }
    close(output)
  }

  /// Everything it has said so far.
  var transcript: String {
    condition.lock()
    defer { condition.unlock() }
    return lines.joined(separator: "\n") + String(decoding: partial, as: UTF8.self)
  }

  func write(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = unsafe Foundation.write(input, bytes, bytes.count)
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

  /// Waits until it has said this; false after the timeout.
  func says(_ text: String, within timeout: TimeInterval = 10) -> Bool {
    let end = Date(timeIntervalSinceNow: timeout)
    condition.lock()
    defer { condition.unlock() }
    while !lines.contains(where: { $0.contains(text) }) && !String(decoding: partial, as: UTF8.self).contains(text) {
      if !condition.wait(until: end) { return false }
    }
    return true
  }

  /// Waits for the end and returns the exit code, 128 and the signal's number for one that a signal ended; nil when it did not end
  /// in time.
  func waitForExit(within timeout: TimeInterval) -> Int32? {
    let end = Date(timeIntervalSinceNow: timeout)
    condition.lock()
    defer { condition.unlock() }
    while status == nil {
      if !condition.wait(until: end) { return nil }
    }
    // Its last words may still be on their way; a child of its own that lives on holds the pipe open, so not for ever.
    let words = Date(timeIntervalSinceNow: 1)
    while !isAtEnd, condition.wait(until: words) {}
    return status.map { $0 & 127 == 0 ? $0 >> 8 & 255 : 128 + $0 & 127 }
  }

  /// Asks it and its children to end, then makes them.
  func stop() {
    kill(-identifier, SIGTERM)
    if waitForExit(within: 3) == nil {
      kill(-identifier, SIGKILL)
      _ = waitForExit(within: 3)
    }
    // Whoever of the group is still there has lost its parent.
    kill(-identifier, SIGKILL)
  }
}
