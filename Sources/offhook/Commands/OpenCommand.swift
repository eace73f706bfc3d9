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

  @Flag(help: "No screens: commands on standard input, sentences on standard output, one below the other (or ACCESSIBLE=1).")
  var linear = false

  mutating func run() throws {
    let loaded = try source.load()
    let isLinear = linear || Accessibility.isWanted
    throw ExitCode(
      headless || isLinear ? HeadlessFrontEnd(loaded, isLinear: isLinear && !headless).run() : ScreensFrontEnd(loaded).run())
  }
}
