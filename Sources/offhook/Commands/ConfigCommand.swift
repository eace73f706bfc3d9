import ArgumentParser
import Glibc
import Phone
import PhoneResources
import PhoneSystem

/// `offhook config check`, `offhook config example` and `offhook config alerts`.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Looks at the configuration file.", subcommands: [Check.self, Example.self, Alerts.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Says what is wrong with the configuration, with line and column.")

    @OptionGroup var source: ConfigurationSource
    @Argument(help: "The file to check.") var file: String?

    mutating func run() throws {
      let path = file ?? source.path
      let read: ConfigurationFile
      do {
        read = try ConfigurationFile(path: path)
      } catch .missing(let path) {
        throw StandardError.refusal("\(path) does not exist; `offhook config example` prints one to begin with")
      } catch .unreadable(let sentence) {
        throw StandardError.refusal(sentence)
      }
      var (configuration, problems) = ConfigurationParser.parse(read.bytes, file: path)
      for problem in problems { print(problem) }
      let signals = AlertFiles.add(to: &configuration, folder: AlertFiles.folder(of: path))
      for complaint in signals { print(complaint) }
      if let refusal = read.refusal(holdsPassword: configuration.holdsPassword) { throw StandardError.refusal(refusal) }
      let errors = problems.filter { $0.severity == .error }.count
      let count = configuration.accounts.count
      print("\(path): \(count) account\(count == 1 ? "" : "s"), \(errors) errors, \(problems.count - errors) warnings")
      if errors > 0 || !signals.isEmpty { throw ExitCode(2) }
    }
  }

  struct Example: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints a configuration to begin with.")

    mutating func run() {
      print(String(decoding: BuiltInFiles.exampleConfiguration, as: UTF8.self), terminator: "")
    }
  }

  struct Alerts: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints how calls are signalled: the signals that the phone knows.")

    mutating func run() {
      print(String(decoding: BuiltInFiles.alerts, as: UTF8.self), terminator: "")
    }
  }
}
