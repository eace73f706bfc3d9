import SansIO

/// All words that a person can type: the one table behind the `:` line, the headless mode and the command line.
public enum CommandTable {
  public static let words: [CommandWord] = [
    CommandWord("dial", ["call", "d"], .target, .dial, help: "Call a URI, a number, or a contact by name."),
    CommandWord("answer", ["a"], .optionalCall, .answer, help: "Answer the ringing call and open the microphone."),
    CommandWord(
      "answer-muted", ["am"], .optionalCall, .answerMuted, help: "Answer the ringing call, the microphone shut until talk."),
    CommandWord(
      "reject", ["x"], .callAndStatus, .reject, help: "Refuse the ringing call, with 486 Busy Here unless told otherwise."),
    CommandWord("hangup", ["hang", "bye"], .optionalCall, .hangUp, help: "End the call, or stop calling."),
    CommandWord("hold", [], .optionalCall, .hold, help: "Put the call on hold; the other side hears a tone."),
    CommandWord("resume", ["unhold"], .optionalCall, .resume, help: "Go on with the call that is on hold."),
    CommandWord("swap", [], nil, .swap, help: "Hold the call that is talked to and go on with the held one."),
    CommandWord("select", ["line"], .call, .select, help: "Make this the call that the other words mean."),
    CommandWord("mute", ["m"], nil, .mute, help: "Shut the microphone."),
    CommandWord("unmute", [], nil, .unmute, help: "Open the microphone again."),
    CommandWord("talk", ["t"], nil, .talk, help: "Open the microphone in a call that was answered by itself or muted."),
    CommandWord("dtmf", ["digits"], .digits, .digits, help: "Send telephone digits: 0-9, *, #, A-D."),
    CommandWord("silence", [], .optionalCall, .silence, help: "Stop ringing; the call waits on."),
    CommandWord(
      "policy", [], .policy, .policy, help: "Let answer rules answer (auto) or let all ring (ring); show, try and change the rules."
    ),
    CommandWord("dnd", [], .onOrOff, .doNotDisturb, help: "Refuse all calls as busy, or take them again."),
    CommandWord("away", [], .onOrOff, .away, help: "Tell the answer rules that you have left, or are back."),
    CommandWord("lock", [], .onOrOff, .locked, help: "Tell the answer rules that the screen is locked, or open."),
    CommandWord("register", ["reg"], .optionalAccount, .register, help: "Register an account now, or all."),
    CommandWord("unregister", ["unreg"], .optionalAccount, .unregister, help: "Take an account off the registrar, or all."),
    CommandWord("follow", [], .optionalCall, .follow, help: "Agree to call the address that the call was redirected to."),
    CommandWord("decline", [], .optionalCall, .decline, help: "Do not follow the redirection; the call ends."),
    CommandWord(
      "transfer", ["xfer"], .transfer, .transfer,
      help: "Send the other side to somebody, or to another call; accept or refuse to be sent yourself."),
    CommandWord(
      "identify", ["as"], .presented, .identify,
      help: "Tell the other side that it talks to another of your accounts now, or to somebody else at your telephone."),
    CommandWord("clear-history", [], nil, .clearHistory, help: "Forget all calls of the history, for good."),
    CommandWord("status", [], nil, .status, help: "Say how accounts and calls are."),
    CommandWord("quit", ["q", "exit"], nil, .quit, help: "Hang up, unregister and end."),
  ]

  /// Largest line that is looked at, in UTF-8 bytes.
  static let longestLine = 4096

  /// The row of a word or an alias, in any case.
  public static func word(_ text: some StringProtocol) -> CommandWord? {
    let wanted = text.lowercased()
    return words.first { $0.word == wanted || $0.aliases.contains(wanted) }
  }

  /// Reads one line. The error says what was expected.
  public static func parse(_ line: String) throws(CommandError) -> PhoneCommand {
    guard line.utf8.count <= longestLine else {
      throw CommandError(.unusableArgument, expected: "A command is at most \(longestLine) bytes long.")
    }
    let trimmed = line.trimmingBlanks
    let name = trimmed.prefix { !$0.isWhitespace }
    guard !name.isEmpty else { throw CommandError(.empty, expected: "A command was expected: \(list).") }
    guard let row = word(name) else {
      let shown = DisplayText.bounded(String(name), to: 24) ?? "?"
      let hint = EditDistance.nearest(to: String(name), among: words.map { $0.word })
      let meant = hint.map { " Did you mean \($0)?" } ?? ""
      throw CommandError(.unknownWord, expected: "There is no command \(shown).\(meant) Expected one of: \(list).")
    }
    let rest = trimmed[name.endIndex...].trimmingBlanks
    if row.argument == nil, !rest.isEmpty {
      throw CommandError(.tooManyArguments, expected: "\(row.word) takes no argument.")
    }
    return try command(row, String(rest))
  }

  private static var list: String { words.map { $0.word }.joined(separator: ", ") }

  private static func command(_ row: CommandWord, _ rest: String) throws(CommandError) -> PhoneCommand {
    switch row.action {
    case .dial: return try dial(row, rest)
    case .answer: return .answer(try call(row, rest))
    case .answerMuted: return .answerMuted(try call(row, rest))
    case .reject: return try reject(row, rest)
    case .hangUp: return .hangUp(try call(row, rest))
    case .hold: return .hold(try call(row, rest))
    case .resume: return .resume(try call(row, rest))
    case .swap: return .swap
    case .select:
      guard let id = try call(row, rest) else { throw missing(row, "the number of a call") }
      return .select(id)
    case .mute: return .mute
    case .unmute: return .unmute
    case .talk: return .talk
    case .digits: return try digits(row, rest)
    case .silence: return .silenceRinger(try call(row, rest))
    case .policy: return try policy(row, rest)
    case .away: return .away(try choice(row, rest, yes: "on", no: "off"))
    case .locked: return .locked(try choice(row, rest, yes: "on", no: "off"))
    case .doNotDisturb: return .doNotDisturb(try choice(row, rest, yes: "on", no: "off"))
    case .register: return .register(account: try account(row, rest))
    case .unregister: return .unregister(account: try account(row, rest))
    case .follow: return .followRedirection(try call(row, rest), true)
    case .decline: return .followRedirection(try call(row, rest), false)
    case .transfer: return try transfer(row, rest)
    case .identify: return try identify(row, rest)
    case .clearHistory: return .clearHistory
    case .status: return .status
    case .quit: return .quit
    }
  }

  private static func dial(_ row: CommandWord, _ rest: String) throws(CommandError) -> PhoneCommand {
    var (words, options) = try DialOptions.take(rest.split(whereSeparator: { $0.isWhitespace }))
    var account: String?
    if words.count >= 3, words[words.count - 2].lowercased() == "via" {
      account = String(words[words.count - 1])
      words.removeLast(2)
    }
    guard !words.isEmpty else { throw missing(row, "a URI, a number or a contact's name") }
    return .dial(words.joined(separator: " "), account: account, options)
  }

  private static func transfer(_ row: CommandWord, _ rest: String) throws(CommandError) -> PhoneCommand {
    var words = rest.split(whereSeparator: { $0.isWhitespace })[...]
    guard let first = words.first else { throw missing(row, "accept, refuse, or whom to transfer to") }
    if ["accept", "refuse"].contains(first.lowercased()) {
      return .decideTransfer(try call(row, words.dropFirst().joined(separator: " ")), first.lowercased() == "accept")
    }
    var id: CallID?
    // A number alone is whom to call, not which call.
    if words.count > 1, UInt64(first) != nil {
      id = CallID(try number(row, first))
      words = words.dropFirst()
    }
    if words.first?.lowercased() == "to", words.count == 2, let other = words.last {
      return .transferToCall(id, CallID(try number(row, other)))
    }
    return .transfer(id, to: words.joined(separator: " "))
  }

  private static func identify(_ row: CommandWord, _ rest: String) throws(CommandError) -> PhoneCommand {
    let first = rest.prefix { !$0.isWhitespace }
    guard !first.isEmpty else { throw missing(row, "an account or an address") }
    let others = String(rest[first.endIndex...].trimmingBlanks)
    // A number alone is an account, not a call.
    guard !others.isEmpty, UInt64(first) != nil else { return .identify(nil, as: rest) }
    return .identify(CallID(try number(row, first)), as: others)
  }

  private static func reject(_ row: CommandWord, _ rest: String) throws(CommandError) -> PhoneCommand {
    var numbers: [UInt64] = []
    for word in rest.split(whereSeparator: { $0.isWhitespace }) { numbers.append(try number(row, word)) }
    guard numbers.count <= 2 else { throw CommandError(.tooManyArguments, expected: "Expected: \(row.usage).") }
    let status = numbers.last.flatMap { numbers.count == 2 || $0 >= 300 ? $0 : nil }
    if let status, !(300...699).contains(status) {
      throw CommandError(.unusableArgument, expected: "\(row.word) takes a status from 300 to 699; expected: \(row.usage).")
    }
    let call = numbers.count == 2 || status == nil ? numbers.first : nil
    return .reject(call.map { CallID($0) }, status: status.map { Int($0) })
  }

  private static func digits(_ row: CommandWord, _ rest: String) throws(CommandError) -> PhoneCommand {
    let digits = rest.uppercased().filter { !$0.isWhitespace }
    guard !digits.isEmpty else { throw missing(row, "digits: 0-9, *, #, A-D") }
    guard digits.count <= 64, digits.allSatisfy({ "0123456789*#ABCD".contains($0) }) else {
      throw CommandError(.unusableArgument, expected: "\(row.word) takes up to 64 digits: 0-9, *, #, A-D.")
    }
    return .sendDigits(digits)
  }

  static func call(_ row: CommandWord, _ rest: String) throws(CommandError) -> CallID? {
    let words = rest.split(whereSeparator: { $0.isWhitespace })
    guard words.count <= 1 else { throw CommandError(.tooManyArguments, expected: "Expected: \(row.usage).") }
    guard let word = words.first else { return nil }
    return CallID(try number(row, word))
  }

  static func number(_ row: CommandWord, _ word: Substring) throws(CommandError) -> UInt64 {
    guard let number = UInt64(word), number > 0, number < 1 << 53 else {
      throw CommandError(.unusableArgument, expected: "\(row.word) takes numbers; expected: \(row.usage).")
    }
    return number
  }

  private static func account(_ row: CommandWord, _ rest: String) throws(CommandError) -> String? {
    guard !rest.contains(where: { $0.isWhitespace }) else {
      throw CommandError(.tooManyArguments, expected: "Expected: \(row.usage).")
    }
    return rest.isEmpty ? nil : rest
  }

  private static func choice(_ row: CommandWord, _ rest: String, yes: String, no: String) throws(CommandError) -> Bool {
    switch rest.lowercased() {
    case yes: return true
    case no: return false
    case "": throw missing(row, "\(yes) or \(no)")
    default: throw CommandError(.unusableArgument, expected: "\(row.word) takes \(yes) or \(no).")
    }
  }

  static func missing(_ row: CommandWord, _ what: String) -> CommandError {
    CommandError(.missingArgument, expected: "\(row.word) needs \(what).")
  }
}
