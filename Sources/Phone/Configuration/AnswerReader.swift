import SIPMessages

/// Reads the table `[answer]`.
enum AnswerReader {
  static func read(_ table: inout TableReader, into settings: inout AnswerSettings, _ problems: inout [ConfigurationProblem]) {
    settings.answersEverybody = table.boolean("automatically") ?? false
    settings.duringCalls = table.boolean("during_calls") ?? false
    settings.whileLocked = table.boolean("while_locked") ?? false
    settings.whenForked = table.boolean("when_forked") ?? false
    settings.beeps = table.boolean("beep") ?? true
    settings.tells = table.boolean("tell_caller") ?? false
    if let limit = table.integer("silence_limit") {
      if limit.value == 0 || (5...3600).contains(limit.value) {
        settings.silenceLimit = Int(limit.value)
      } else {
        table.report(.error, at: limit.position, "`silence_limit` must be 0 for never, or from 5 to 3600 seconds")
      }
    }
    for entry in table.words("blocked") ?? [] {
      switch CallerPattern(entry.value) {
      case .pattern(let pattern): settings.blocked.append(.pattern(pattern))
      case .domain(let host): settings.blocked.append(.domain(host))
      case .anyone, .anyContact, .contact, .group, .blocked, nil:
        table.report(
          .error, at: entry.position, "`blocked` wants addresses such as \"sip:*@example.com\" or \"domain:example.com\"")
      }
    }
    for var rule in table.tables("rules") {
      settings.rules.append(readRule(&rule.value, at: rule.position))
      rule.value.finish(into: &problems)
    }
    for var caller in table.tables("callers") {
      if let known = readCaller(&caller.value, at: caller.position) { settings.callers.append(known) }
      caller.value.finish(into: &problems)
    }
  }

  /// A rule that cannot be read stays in the list, off and with its fault: a list with a hole would let through whom it named.
  private static func readRule(_ table: inout TableReader, at position: TextPosition) -> AnswerRule {
    var parts = AnswerRuleParts()
    var places: [(key: String, place: TextPosition)] = []
    func take(_ key: String, _ found: [TableReader.Located<String>]?) -> [String] {
      if let first = found?.first { places.append((key, first.position)) }
      return found?.map(\.value) ?? []
    }
    let before = table.problems.count
    parts.name = table.string("name")?.value
    parts.from = take("from", table.words("from"))
    parts.trust = take("trust", table.string("trust").map { [$0] }).first
    parts.asks = take("asks", table.words("asks"))
    parts.when = take("when", table.words("when"))
    parts.then = take("then", table.string("then").map { [$0] }).first
    parts.isEnabled = table.boolean("enabled") ?? true
    do throws(AnswerRuleParts.Fault) {
      let rule = try parts.rule()
      guard table.problems.count == before else {
        throw AnswerRuleParts.Fault(key: "", message: table.problems[before].message)
      }
      return rule
    } catch {
      if table.problems.count == before {
        table.report(.error, at: places.first { $0.key == error.key }?.place ?? position, "\(error.message); this rule is off")
      }
      return AnswerRule(
        parts.name.flatMap { DisplayText.bounded($0, to: 40) }, then: .ring, isEnabled: parts.isEnabled, fault: error.message)
    }
  }

  private static func readCaller(_ table: inout TableReader, at position: TextPosition) -> KnownCaller? {
    let address = table.string("address")
    let username = table.string("user")?.value
    let password = table.string("password")?.value
    guard let address, let password else {
      table.report(.error, at: position, "a caller needs `address` and `password`, and `user` when it is not the address's")
      return nil
    }
    guard let uri = DialTarget.sipURI(fromConfiguration: address.value), let user = uri.decodedUser else {
      table.report(.error, at: address.position, "`address` must be like \"dispatch@example.com\"")
      return nil
    }
    return KnownCaller(address: .sip(uri), username: username ?? user, password: password)
  }
}
