import ArgumentParser
import Phone
import PhoneSystem
import SansIO

/// `offhook policy`: the answer rules, from outside.
struct PolicyCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Shows and tries the answer rules.", subcommands: [List.self, Try.self, Why.self])

  /// The configuration with the rules that are in force: those that were edited on the screen, as long as its own are the same.
  private static func settings(_ source: ConfigurationSource) throws -> Configuration {
    let loaded = try source.load()
    var settings = loaded.configuration
    guard let file = RuleStore(path: loaded.paths.rulesFile).load().flatMap({ RuleFile($0) }),
      file.isBased(on: settings.answering.rules), file.rules != settings.answering.rules
    else { return settings }
    StandardError.say("these are the rules as they were edited on the screen")
    settings.answering.rules = file.rules
    return settings
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the rules in force, the first that fits decides.")
    @OptionGroup var source: ConfigurationSource

    mutating func run() throws {
      let settings = try PolicyCommands.settings(source)
      let rules = AnswerPolicy(settings.answering, contacts: settings.contacts).allRules
      if rules.isEmpty { print("There are no rules: every call rings.") }
      for (place, rule) in rules.enumerated() { print("\(place + 1)  \(rule.summary)") }
    }
  }

  struct Try: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says what would become of a call, and why.",
      discussion: "For example: offhook policy try sip:mallory@evil.example \"auto;require\"")
    @OptionGroup var source: ConfigurationSource
    @Argument(
      help: "An address, then what it asks: auto, manual, priv-auto, priv-manual, each with ;require; claimed, provider or checked."
    )
    var words: [String]

    mutating func run() throws {
      guard let trial = PolicyTrial(words.map { Substring($0) }) else {
        throw ValidationError("Expected: ADDRESS [auto|manual|priv-auto|priv-manual][;require] [claimed|provider|checked]")
      }
      let settings = try PolicyCommands.settings(source)
      let policy = AnswerPolicy(settings.answering, contacts: settings.contacts)
      do {
        let facts = try AnswerFacts(
          trial, contacts: settings.contacts, home: settings.accounts.first?.address,
          clock: WeekClock(SystemClock().now().wallTime, offset: LocalTimeZone.secondsAheadOfUTC))
        for line in policy.explain(facts).lines { print(line) }
      } catch {
        throw ValidationError(error.expected)
      }
    }
  }

  struct Why: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says why the running phone treated its newest call as it did.")

    mutating func run() throws {
      print(try StatusCommand.ask("why"), terminator: "")
    }
  }
}
