import ArgumentParser
import Glibc

/// Starts the program. A wrong command line ends with 2, as the exit codes of this phone say, not with the argument parser's own
/// 64.
@main
enum Program {
  static func main() {
    // A peer or a reader that goes away is an error of one write, not the end of the phone.
    signal(SIGPIPE, SIG_IGN)
    // So is a file that may not grow: the history says that it cannot be written, and calls go on.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try Offhook.parseAsRoot()
      try command.run()
    } catch {
      guard Offhook.exitCode(for: error) == .validationFailure else { Offhook.exit(withError: error) }
      StandardError.say(Offhook.fullMessage(for: error))
      exit(2)
    }
  }
}

/// The command line's root: reads it and hands over to a front end.
struct Offhook: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "offhook",
    abstract: "The terminal phone.",
    discussion: """
      Without a subcommand the screens open with the accounts of the configuration file.
      Exit codes: 0 answered or done, 1 failed, 2 usage or configuration, 10 busy, 11 declined, 12 no answer, 13 not found,
      14 not registered, 15 network or TLS, 16 refused by policy, 130 interrupted.
      """,
    version: "offhook \(ProgramVersion.current)",
    subcommands: [
      OpenCommand.self, DemoCommand.self, DialCommand.self, ConfigCommand.self, StatusCommand.self, HistoryCommand.self,
      PolicyCommands.self, TellCommand.self,
    ],
    defaultSubcommand: OpenCommand.self)
}

enum ProgramVersion {
  static let current = "0.1.0"
}
