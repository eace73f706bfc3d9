import SIPMessages

/// A rule in the words that somebody wrote, whether in TOML or on one line. What cannot be read becomes the rule's fault.
struct AnswerRuleParts: Sendable {
  /// One sentence, and which key it is about.
  struct Fault: Error, Hashable, Sendable {
    var key: String
    var message: String
  }

  var name: String?
  var from: [String] = []
  var trust: String?
  var asks: [String] = []
  var when: [String] = []
  var then: String?
  var isEnabled = true

  func rule() throws(Fault) -> AnswerRule {
    AnswerRule(
      name.flatMap { DisplayText.bounded($0, to: 40) }, from: try readFrom(), trust: try readTrust(), asks: try readAsks(),
      when: try readWhen(), then: try readThen(), isEnabled: isEnabled)
  }

  private func readFrom() throws(Fault) -> [CallerPattern] {
    var patterns: [CallerPattern] = []
    for text in from {
      guard let pattern = CallerPattern(text) else {
        throw Fault(
          key: "from",
          message: "\"\(DisplayText.bounded(text) ?? "")\" is nobody; write anyone, contacts, contact:NAME, group:NAME, "
            + "domain:HOST, blocked, or an address with * for any characters")
      }
      patterns.append(pattern)
    }
    return patterns.isEmpty ? [.anyone] : patterns
  }

  private func readTrust() throws(Fault) -> IdentityTrust? {
    guard let trust else { return nil }
    guard let known = IdentityTrust.keys.first(where: { $0.0 == trust.lowercased() }) else {
      throw Fault(key: "trust", message: "`trust` must be checked, provider or claimed")
    }
    return known.1
  }

  private func readAsks() throws(Fault) -> AnswerRule.Asks {
    var asked: AnswerRule.Asks = []
    for word in asks.flatMap({ $0.split(separator: ",") }) {
      guard let known = AnswerRule.Asks.keys.first(where: { $0.0 == word.trimmingBlanks.lowercased() }) else {
        throw Fault(key: "asks", message: "`asks` must be plain, auto, priv or anything")
      }
      asked.formUnion(known.1)
    }
    return asked.isEmpty ? .anything : asked
  }

  private func readWhen() throws(Fault) -> AnswerRule.Conditions {
    var conditions = AnswerRule.Conditions()
    for text in when {
      let word = text.trimmingBlanks.lowercased()
      if word == "always" { continue }
      if let state = AnswerRule.Conditions.stateKeys.first(where: { $0.0 == word }) {
        conditions.states.insert(state.1)
      } else if let window = WeekWindow(word), conditions.windows.count < 32 {
        conditions.windows.append(window)
      } else {
        throw Fault(
          key: "when",
          message: "\"\(DisplayText.bounded(text) ?? "")\" is no time; write always, idle, dnd, away, locked, or days and hours "
            + "such as \"mon-fri 08:00-18:00\"")
      }
    }
    return conditions
  }

  private func readThen() throws(Fault) -> AnswerRule.Action {
    let words = (then ?? "").split(whereSeparator: { $0.isWhitespace })
    switch (words.first?.lowercased(), words.count) {
    case ("ring", 1): return .ring
    case ("ring-silently", 1): return .ringSilently
    case ("answer", 1): return .answer
    case ("loopback", 1): return .loopback
    case ("refuse", 1): return .refuse(.busyHere)
    case ("refuse", 2):
      if let status = Int(words[1]), [403, 480, 486, 603].contains(status) { return .refuse(StatusCode(status)) }
    case ("forward", 2):
      if let target = DialTarget.uri(fromConfiguration: String(words[1])) { return .forward(target) }
    default: break
    }
    throw Fault(
      key: "then",
      message: "`then` must be ring, ring-silently, answer, loopback, refuse 403, refuse 480, refuse 486, refuse 603 or "
        + "forward ADDRESS")
  }

  // MARK: One line

  /// Reads `from=anyone asks=auto then=ring`. Values with blanks stand between quotation marks.
  init(line: some StringProtocol) throws(Fault) {
    for (key, value) in try Self.pairs(line) {
      switch key {
      case "name": name = value
      case "from": from.append(value)
      case "trust": trust = value
      case "asks": asks.append(value)
      case "when": when.append(value)
      case "then": then = value
      case "enabled": isEnabled = value.lowercased() != "false"
      default:
        throw Fault(key: key, message: "a rule has name=, from=, trust=, asks=, when=, then= and enabled=")
      }
    }
  }

  init() {}

  private static func pairs(_ line: some StringProtocol) throws(Fault) -> [(String, String)] {
    var pairs: [(String, String)] = []
    var rest = line.trimmingBlanks
    while !rest.isEmpty {
      guard let equals = rest.firstIndex(of: "="), pairs.count < 64 else {
        throw Fault(key: "", message: "a rule is written as key=value, such as from=anyone asks=auto then=ring")
      }
      let key = rest[..<equals].trimmingBlanks.lowercased()
      rest = rest[rest.index(after: equals)...]
      if rest.first == "\"" {
        rest = rest.dropFirst()
        guard let end = rest.firstIndex(of: "\"") else { throw Fault(key: key, message: "a quotation mark is missing") }
        pairs.append((key, String(rest[..<end])))
        rest = rest[rest.index(after: end)...]
      } else {
        let value = rest.prefix { !$0.isWhitespace }
        pairs.append((key, String(value)))
        rest = rest[value.endIndex...]
      }
      rest = rest.trimmingBlanks
    }
    return pairs
  }
}
