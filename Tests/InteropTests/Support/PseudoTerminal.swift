import Foundation

/// A terminal without a picture: what is typed, and how long until the program has drawn something. For measuring; `Terminal` is
/// for reading a screen.
final class PseudoTerminal {
  let identifier: pid_t
  private let descriptor: Int32
  private var drawn = ""

  init(_ program: String, _ arguments: [String], columns: UInt16 = 80, rows: UInt16 = 24, environment: [String: String]) throws {
    descriptor = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    // TIOCSPTLCK and TIOCGPTN: what unlockpt() and ptsname() are made of, which glibc hides from Swift.
    var (isLocked, number): (Int32, UInt32) = (0, 0)
    guard unsafe ioctl(descriptor, 0x4004_5431, &isLocked) == 0, unsafe ioctl(descriptor, 0x8004_5430, &number) == 0 else {
      throw PeerProblem(name: "pseudo terminal", transcript: "errno \(errno)")
    }
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = unsafe ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/pts/\(number)", O_RDWR, 0)
    for copy: Int32 in [1, 2] { unsafe posix_spawn_file_actions_adddup2(&actions, 0, copy) }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    // A session of its own, so that the terminal becomes its controlling one.
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | 0x80))
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      .merging(["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"]) { $1 }
    var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    var settings = unsafe variables.sorted { $0.key < $1.key }.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
    defer { unsafe (words + settings).forEach { unsafe free($0) } }
    var child: pid_t = 0
    let failure = unsafe posix_spawn(&child, program, &actions, &attributes, &words, &settings)
    guard failure == 0 else { throw PeerProblem(name: program, transcript: unsafe String(cString: strerror(failure))) }
    identifier = child
  }

  deinit {
    kill(identifier, SIGKILL)
    var status: Int32 = 0
    unsafe waitpid(identifier, &status, 0)
    close(descriptor)
  }

  func type(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = unsafe Foundation.write(descriptor, bytes, bytes.count)
  }

  /// Reads away what the program has drawn, so that it is never kept waiting.
  func drain() {
    _ = read(within: 0)
    drawn = ""
  }

  /// Seconds until the program has drawn this text, counted from now; nil when it does not.
  func delay(until text: String, within seconds: TimeInterval = 5) -> TimeInterval? {
    let start = Date()
    while true {
      if drawn.contains(text) {
        drawn = ""
        return Date().timeIntervalSince(start)
      }
      let left = seconds - Date().timeIntervalSince(start)
      guard left > 0, read(within: Int32(left * 1000)) else { return nil }
    }
  }

  private func read(within milliseconds: Int32) -> Bool {
    var found = false
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while unsafe poll(&wait, 1, found ? 0 : milliseconds) > 0 {
      let count = unsafe Foundation.read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return found }
      drawn += String(decoding: buffer[..<count], as: UTF8.self)
      found = true
    }
    return found
  }
}
