import ArgumentParser
import PhoneSystem

/// The program: reads the command line and hands over to a front end.
@main
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
    subcommands: [DemoCommand.self, DialCommand.self, ConfigCommand.self, StatusCommand.self])

  @OptionGroup var source: ConfigurationSource

  @Flag(help: "No screens: one command a line on standard input, one JSON object a line on standard output.")
  var headless = false

  mutating func run() throws {
    let loaded = try source.load()
    if headless {
      throw ExitCode(HeadlessFrontEnd(loaded).run())
    } else {
      throw ExitCode(ScreensFrontEnd(loaded).run())
    }
  }
}

enum ProgramVersion {
  static let current = "0.1.0"
}
