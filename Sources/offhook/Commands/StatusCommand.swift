import ArgumentParser
import PhoneSystem

/// `offhook status`: how the phone of this session is.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Says how the running phone's accounts and calls are.")

  @Flag(help: "One JSON object, as the headless mode's snapshot event.") var json = false

  mutating func run() throws {
    print(try Self.ask(json ? "json" : "text"), terminator: "")
  }

  /// What the phone of this session answers; ends the program with a sentence when none runs.
  static func ask(_ form: String) throws -> String {
    if let answer = StatusSocket.ask(form) { return answer }
    let place = StandardPaths().runtime ?? "$XDG_RUNTIME_DIR, which is not set"
    StandardError.say("no phone runs in this session (asked in \(place)); start one with `offhook`")
    throw ExitCode(1)
  }
}
