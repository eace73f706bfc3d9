import Phone
import SansIO

extension CommandLanguage {
  /// The words of the headless mode, for screens that are given no other table.
  public static let standard = CommandLanguage(
    words: [
      Word(name: "dial", arguments: "NAME|NUMBER|URI", help: "call somebody"),
      Word(name: "answer", arguments: "[CALL]", help: "answer the call that rings"),
      Word(name: "reject", arguments: "[CALL] [STATUS]", help: "refuse the call that rings"),
      Word(name: "hangup", arguments: "[CALL]", help: "end a call"),
      Word(name: "hold", arguments: "[CALL]", help: "put a call on hold"),
      Word(name: "resume", arguments: "[CALL]", help: "take a call from hold"),
      Word(name: "swap", arguments: "", help: "hold the one, resume the other"),
      Word(name: "mute", arguments: "", help: "shut the microphone"),
      Word(name: "unmute", arguments: "", help: "open the microphone"),
      Word(name: "talk", arguments: "", help: "open the microphone of a call that was answered by itself"),
      Word(name: "dtmf", arguments: "DIGITS", help: "send digits as tones"),
      Word(name: "register", arguments: "[ACCOUNT]", help: "register now"),
      Word(name: "unregister", arguments: "[ACCOUNT]", help: "stop being reachable"),
    ], parse: { parseStandard($0) })

  private static func parseStandard(_ line: String) -> Parsed {
    let parts = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    guard let word = parts.first else { return .failed("Type a command.") }
    let rest = parts.dropFirst().joined(separator: " ")
    let call = parts.count > 1 ? UInt64(parts[1]).map { CallID($0) } : nil
    if ["answer", "reject", "hangup", "hold", "resume"].contains(word), parts.count > 1, call == nil {
      return .failed("\(word) expects the number of a call, not \(parts[1]).")
    }
    switch word {
    case "dial": return rest.isEmpty ? .failed("dial expects a name, a number or an address.") : .command(.dial(rest, account: nil))
    case "answer": return .command(.answer(call))
    case "reject": return .command(.reject(call, status: parts.count > 2 ? Int(parts[2]) : nil))
    case "hangup": return .command(.hangUp(call))
    case "hold": return .command(.hold(call))
    case "resume": return .command(.resume(call))
    case "swap": return .command(.swap)
    case "mute": return .command(.mute)
    case "unmute": return .command(.unmute)
    case "talk": return .command(.talk)
    case "dtmf": return rest.isEmpty ? .failed("dtmf expects digits.") : .command(.sendDigits(rest))
    case "register": return .command(.register(account: rest.isEmpty ? nil : rest))
    case "unregister": return .command(.unregister(account: rest.isEmpty ? nil : rest))
    default: return .failed("There is no command \(word). Tab shows the words.")
    }
  }
}
