import ArgumentParser

/// What `offhook` does without a subcommand: the screens, or the headless mode.
///
/// A command of its own, because options of the root would swallow those of the same name behind a subcommand.
struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Opens the screens (this is what happens without a subcommand).")

  @OptionGroup var source: ConfigurationSource

  @Flag(help: "No screens: one command a line on standard input, one JSON object a line on standard output.")
  var headless = false

  mutating func run() throws {
    let loaded = try source.load()
    throw ExitCode(headless ? HeadlessFrontEnd(loaded).run() : ScreensFrontEnd(loaded).run())
  }
}
