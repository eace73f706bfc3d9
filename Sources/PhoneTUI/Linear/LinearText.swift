public import Phone

/// The phone in lines: what happens is said in whole sentences, each below the last, without colour, without a glyph that carries a
/// meaning, without moving a cursor. For screen readers, for pipes, and for terminals that can do nothing else.
///
/// It says what the screens say, in the same words; what screens do by keys it does by numbered choices.
public struct LinearText: Sendable {
  /// The first line: that this form is on.
  public static let greeting =
    "Linear mode: one line for each thing that happens. Type a command, such as dial 201, policy list or quit; help lists them."

  /// The calls that ring, oldest first; the choices are about the newest.
  private var ringing: [CallID] = []
  /// The last state that was told of each call.
  private var told: [CallID: String] = [:]

  public init() {}

  // MARK: What is said

  public mutating func lines(_ event: PhoneEvent) -> [String] {
    switch event {
    case .snapshot(let snapshot): return overview(snapshot)
    case .registration(let report): return [registration(report)]
    case .flow(let report): return [flow(report)]
    case .identity(let report): return identity(report)
    case .call(let report): return call(report)
    case .media(let report): return media(report.change)
    case .transfer(let report): return [transfer(report)]
    case .message(let notice): return [notice.level == .information ? notice.text : "Attention: \(notice.text)"]
    case .policy(let report):
      return report.lines.map { $0.hasPrefix(">") ? "This one: \($0.dropFirst().trimmingSpaces)" : $0.trimmingSpaces }
    case .error(let report): return ["Not done: \(report.reason)"]
    }
  }

  private func overview(_ snapshot: PhoneSnapshot) -> [String] {
    var lines = snapshot.accounts.map { account in
      let state =
        switch account.state {
        case .ready: "ready, calls to it reach this phone"
        case .registering: "registering"
        case .failed(let why, _): "not ready: \(why)"
        case .offline: "offline"
        case .direct: "called directly"
        }
      return "Account \(account.number): \(account.address), \(state)."
    }
    lines += snapshot.calls.map { "Call \($0.id): \($0.peer.title), \($0.stateWord.lowercased()); \(Self.microphone($0))." }
    lines += rules(snapshot)
    if snapshot.doNotDisturb { lines.append("Do not disturb is on.") }
    lines += snapshot.troubles.map { "Attention: \($0)" }
    return lines
  }

  /// Screen 4.
  private func rules(_ snapshot: PhoneSnapshot) -> [String] {
    let answering = snapshot.answering
    var lines = answering.rules.enumerated().map { index, rule in
      if let fault = rule.fault { return "Rule \(index + 1) cannot be read: \(fault)" }
      let from = rule.name.map { "\($0), from \(rule.from)" } ?? "from \(rule.from)"
      return "Rule \(index + 1)\(rule.isEnabled ? "" : ", off"): \(from); asks \(rule.asks); \(rule.when); \(rule.then); "
        + "used \(rule.used) times."
    }
    guard !lines.isEmpty else { return ["There is no answer rule: every call rings."] }
    lines.append("Everybody else: ring me.")
    lines.append(
      snapshot.answersAutomatically
        ? "Rules may answer by themselves; the microphone stays shut until you open it."
        : "Automatic answers are off: every call rings.")
    func never(_ isGuarded: Bool, _ what: String) -> String { "\(isGuarded ? "never" : "also") \(what)" }
    lines.append(
      "By themselves: \(answering.beeps ? "a beep before the line opens" : "no beep"), "
        + "\(never(!answering.duringCalls, "while you are on a call")), "
        + "\(never(!answering.whileLocked, "while the screen is locked")).")
    return lines
  }

  private func registration(_ report: RegistrationReport) -> String {
    switch report.state {
    case .ready: return "\(report.account) is ready: calls to it reach this phone."
    case .registering: return "\(report.account) is registering."
    case .failed: return "Attention: flow \(report.flow) of \(report.account) failed: \(report.reason ?? "no reason was given")."
    case .offline: return "\(report.account) is offline."
    }
  }

  private func flow(_ report: FlowReport) -> String {
    let count = "\(report.flowsReady) of \(report.flowsWanted) flows of \(report.account) stand"
    return report.isUp
      ? "Flow \(report.flow) over \(report.proxy) stands; \(count)."
      : "Attention: flow \(report.flow) over \(report.proxy) broke: \(report.reason ?? "no reason was given"); \(count)."
  }

  /// Who is at the other end changed in mid-call.
  private func identity(_ report: IdentityReport) -> [String] {
    guard let was = report.was, was.title != report.peer.title || was.address != report.peer.address else { return [] }
    let mark = Self.plain(IdentityLines.mark(report.peer.trust, .ascii))
    return ["Call \(report.call): you talk to \(report.peer.title) now, \(mark); before, to \(was.title)."]
  }

  private mutating func call(_ report: CallReport) -> [String] {
    let call = report.call
    ringing.removeAll { $0 == call.id }
    if call.isRinging { ringing.append(call.id) }
    let state = "\(call.stateWord) \(call.isMicrophoneOpen) \(call.answeredBy?.token ?? "") \(call.alertWords ?? "")"
    guard told[call.id] != state else { return [] }
    told[call.id] = state
    switch call.state {
    case .ringing: return incoming(report)
    case .ended(let words):
      told[call.id] = nil
      return ["Call \(call.id), \(call.peer.title): over, \(words)."]
    case .talking, .calling, .remoteRinging, .redirected, .held, .heldByPeer:
      var line = "Call \(call.id), \(call.peer.title): \(call.stateWord.lowercased()); \(Self.microphone(call))"
      if call.wasAnsweredAutomatically { line += "; it was answered by itself, talk lets them hear you" }
      if let mode = call.answeredBy { line += "; there it was answered \(mode == .auto ? "by itself" : "by a person")" }
      if let words = call.alertWords { line += "; \(words)" }
      return [line + "."]
    }
  }

  private static func microphone(_ call: CallSnapshot) -> String {
    call.isMicrophoneOpen ? "microphone OPEN" : "microphone shut"
  }

  /// Screen 2.
  private func incoming(_ report: CallReport) -> [String] {
    let call = report.call
    let address = call.peer.title == call.peer.address ? "" : ", \(call.peer.address)"
    var lines = ["Call \(call.id) rings: \(call.peer.title)\(address)."]
    for fact in IncomingFacts(call: call, account: report.account, activeTitle: nil, glyphs: .ascii).all {
      lines.append("\(fact.label): \(fact.sentences.map { Self.plain($0) }.joined(separator: " "))")
    }
    lines.append("Type " + Self.choices.enumerated().map { "\($0 + 1) for \($1.title)" }.joined(separator: ", ") + ".")
    return lines
  }

  /// Without the sign in front, and without the keys of the screens.
  private static func plain(_ sentence: String) -> String {
    var text = sentence
    if let first = text.first, !first.isLetter, !first.isNumber { text = text.dropFirst().trimmingSpaces }
    return text.replacing("w says why.", with: "6 says why.").replacing("With m it", with: "With 2 it")
  }

  private func media(_ change: MediaReport.Change) -> [String] {
    switch change {
    case .microphone(let isOpen): [isOpen ? "The microphone is OPEN." : "The microphone is shut."]
    case .digitReceived(let digit): ["They pressed \(digit)."]
    case .running, .digitsSent, .statistics, .closed: []
    }
  }

  private func transfer(_ report: TransferReport) -> String {
    let who = report.name.map { "\($0), \(report.target)" } ?? report.target
    if report.isIncoming, report.state == .asked {
      return "Call \(report.call) wants to send you to \(who). Type transfer accept or transfer refuse."
    }
    return "Transfer of call \(report.call) to \(who): \(report.state.rawValue)\(report.reason.map { ", \($0)" } ?? "")."
  }

  // MARK: What is typed

  private static let choices: [(title: String, command: String)] = [
    ("answer", "answer"), ("answer with the microphone shut", "answer-muted"), ("silence", "silence"), ("reject as busy", "reject"),
    ("decline", "reject"), ("why", "policy why"),
  ]

  /// The command that a line means; a number alone is a choice while something rings.
  public func command(of line: String) -> String {
    let text = line.trimmingSpaces
    guard let number = Int(text), Self.choices.indices.contains(number - 1), let call = ringing.last else { return text }
    let choice = Self.choices[number - 1]
    switch choice.title {
    case "why", "silence": return choice.command
    case "decline": return "\(choice.command) \(call) 603"
    default: return "\(choice.command) \(call)"
    }
  }
}

extension StringProtocol {
  fileprivate var trimmingSpaces: String {
    var rest = self[...]
    while rest.first == " " { rest = rest.dropFirst() }
    while rest.last == " " { rest = rest.dropLast() }
    return String(rest)
  }
}
