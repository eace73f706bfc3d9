import Foundation

/// A terminal of tmux with one program in it.
final class Terminal {
  private let socket: String

  /// After the program the terminal shows `LEFT` and its exit code.
  init(_ workplace: Workplace, columns: Int, rows: Int, command: String) throws {
    socket = workplace.path("tmux")
    let homes = try workplace.homes("terminal").map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
    try workplace.write(
      "env TERM=xterm-256color LC_ALL=C.UTF-8 \(homes) \(command)\necho LEFT $?\nread line\n", to: "session.sh")
    try tmux(
      "-f", "/dev/null", "-u", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-s", "phone",
      "sh \(workplace.path("session.sh"))")
  }

  @discardableResult
  private func tmux(_ arguments: String...) throws -> String {
    try Workplace.run("tmux", ["-S", socket] + arguments, environment: ["LC_ALL": "C.UTF-8"]).1
  }

  /// Types keys by tmux's names for them.
  func type(_ keys: String...) throws {
    for key in keys { try tmux("send-keys", "-t", "phone", key) }
  }

  var screen: String { (try? tmux("capture-pane", "-p", "-t", "phone")) ?? "" }

  /// Waits until the screen has this text; false after the timeout.
  func shows(_ text: String, within timeout: TimeInterval = 10) -> Bool {
    let end = Date(timeIntervalSinceNow: timeout)
    while Date() < end {
      if screen.contains(text) { return true }
    }
    return false
  }

  func close() {
    _ = try? tmux("kill-server")
  }
}
