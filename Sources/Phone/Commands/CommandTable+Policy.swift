/// The words after `policy`.
extension CommandTable {
  static func policy(_ row: CommandWord, _ rest: String) throws(CommandError) -> PhoneCommand {
    let verb = rest.prefix { !$0.isWhitespace }
    let argument = String(rest[verb.endIndex...].trimmingBlanks)
    switch verb.lowercased() {
    case "auto": return .answerAutomatically(true)
    case "ring": return .answerAutomatically(false)
    case "list": return .policy(.list)
    case "undo": return .policy(.undo)
    case "why": return .policy(.why(try call(row, argument)))
    case "try":
      guard let trial = PolicyTrial(argument.split(whereSeparator: { $0.isWhitespace })) else {
        throw missing(
          row, "a caller: policy try ADDRESS [auto|manual|priv-auto|priv-manual][;require] [claimed|provider|checked]")
      }
      return .policy(.attempt(trial))
    case "add":
      try check(row, argument)
      return .policy(.add(argument))
    case "set":
      let (place, line) = try place(row, argument)
      try check(row, line)
      return .policy(.replace(place, line))
    case "delete": return .policy(.delete(try place(row, argument).0))
    case "on": return .policy(.enable(try place(row, argument).0, true))
    case "off": return .policy(.enable(try place(row, argument).0, false))
    case "move":
      let (place, rest) = try place(row, argument)
      return .policy(.move(place, to: try self.place(row, rest).0))
    case "": throw missing(row, "auto, ring, list, why, try, add, set, delete, move, on, off or undo")
    default:
      throw CommandError(
        .unusableArgument, expected: "\(row.word) takes auto, ring, list, why, try, add, set, delete, move, on, off or undo.")
    }
  }

  /// The number of a rule, and what follows it.
  private static func place(_ row: CommandWord, _ text: String) throws(CommandError) -> (Int, String) {
    let word = text.prefix { !$0.isWhitespace }
    guard let place = Int(word), (1...10_000).contains(place) else { throw missing(row, "the number of a rule") }
    return (place, String(text[word.endIndex...].trimmingBlanks))
  }

  /// A rule that cannot be read changes nothing.
  private static func check(_ row: CommandWord, _ line: String) throws(CommandError) {
    do throws(AnswerRuleParts.Fault) {
      _ = try AnswerRuleParts(line: line).rule()
    } catch {
      throw CommandError(.unusableArgument, expected: "\(row.word): \(error.message).")
    }
  }
}
