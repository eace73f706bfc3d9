import Foundation

/// The phone under test, driven the way a script would: lines in, JSON objects out.
final class HeadlessPhone {
  let child: ChildProcess

  init(_ workplace: Workplace, configuration: String, name: String = "phone", environment: [String: String] = [:]) throws {
    try workplace.write(configuration, to: "\(name).toml")
    child = try ChildProcess(
      Workplace.program, ["--headless", "--config", workplace.path("\(name).toml")],
      environment: environment.merging(try workplace.homes(name)) { $1 })
  }

  /// One that was started in some other way.
  init(_ child: ChildProcess) {
    self.child = child
  }

  /// The demo, with the exchange inside the program.
  init(demoIn workplace: Workplace, environment: [String: String] = [:]) throws {
    child = try ChildProcess(
      Workplace.program, ["demo", "--headless"], environment: environment.merging(try workplace.homes("demo")) { $1 })
  }

  func say(_ line: String) { child.write(line) }

  /// The next event of this kind whose fields have these values (as text); nil after the timeout.
  func next(_ event: String, _ fields: [String: String] = [:], within timeout: TimeInterval = 10) -> [String: Any]? {
    var found: [String: Any]?
    _ = child.nextLine(within: timeout) { line in
      guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        object["event"] as? String == event
      else { return false }
      for (field, wanted) in fields where object[field].map({ "\($0)" }) != wanted { return false }
      found = object
      return true
    }
    return found
  }

  /// Says `quit` and returns the exit code; nil when it did not end.
  func quit() -> Int32? {
    say("quit")
    return child.waitForExit(within: 8)
  }

  deinit { child.stop() }
}
