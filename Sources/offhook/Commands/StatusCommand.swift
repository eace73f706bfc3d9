import ArgumentParser
import PhoneSystem

/// `offhook status`: how the phone of this session is.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Says how the running phone's accounts and calls are.")

  @Flag(help: "One JSON object, as the headless mode's snapshot event.") var json = false

  mutating func run() throws {
    guard let answer = StatusSocket.ask(json ? "json" : "text") else {
      let place = StandardPaths().runtime ?? "$XDG_RUNTIME_DIR, which is not set"
      StandardError.say("no phone runs in this session (asked in \(place)); start one with `offhook`")
      throw ExitCode(1)
    }
    print(answer, terminator: "")
  }
}
