import ArgumentParser
import Phone
import PhoneSystem

/// `offhook dial URI`: one call without screens. The exit code says how it ended.
struct DialCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dial", abstract: "Calls somebody, talks until either side hangs up (Ctrl-C), and says how it ended.")

  @OptionGroup var source: ConfigurationSource
  @Option(help: "The account to call from: its address, or its number from 1.") var account: String?
  @Option(help: "How many seconds to wait for the account to be registered.") var timeout: Int = 10
  @Option(help: "Ask the other phone to answer by itself (auto) or by a person (manual): RFC 5373.") var answerMode: String?
  @Flag(help: "With --answer-mode: rather be refused than answered otherwise.") var require = false
  @Flag(help: "With --answer-mode: as somebody with a special right to ask.") var priv = false
  @Option(help: "With --answer-mode: choose phones that know it: prefer, require or explicit.") var steer: String?
  @Flag(help: "Keep your name and address from the other side, as far as a phone can: RFC 3323.") var anonymous = false
  @Option(help: "Say what kind of call it is: urgent, low, internal, external, friend, family or an alert URN; repeatable.")
  var alert: [String] = []
  @Argument(help: "A SIP or tel URI, a number, or a contact's name.") var target: String

  mutating func run() throws {
    let options = try dialOptions()
    let loaded = try source.load()
    throw ExitCode(
      DialFrontEnd(loaded, target: target, account: account, options: options, patience: .seconds(max(0, timeout))).run())
  }

  /// The same options as on the `:` line, read by the same table.
  private func dialOptions() throws -> DialOptions {
    var line = "dial x"
    if let answerMode { line += " --answer-mode \(answerMode)" }
    if require { line += " --require" }
    if priv { line += " --priv" }
    if let steer { line += " --steer \(steer)" }
    if anonymous { line += " --anonymous" }
    for word in alert { line += " --alert \(word)" }
    do {
      guard case .dial(_, _, let options) = try CommandTable.parse(line) else { return DialOptions() }
      return options
    } catch {
      throw ValidationError(error.expected)
    }
  }
}
