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
  @Argument(help: "A SIP or tel URI, a number, or a contact's name.") var target: String

  mutating func run() throws {
    let loaded = try source.load()
    throw ExitCode(DialFrontEnd(loaded, target: target, account: account, patience: .seconds(max(0, timeout))).run())
  }
}
