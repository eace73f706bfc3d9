/// One row of the command table.
public struct CommandWord: Hashable, Sendable {
  /// What a word can be followed by.
  public enum Argument: String, Hashable, Sendable {
    /// To the end of the line; options anywhere in it.
    case target =
      "TARGET [via ACCOUNT] [--answer-mode auto|manual] [--require] [--priv] [--steer prefer|require|explicit] [--alert WORD]"
    case call = "CALL"
    case optionalCall = "[CALL]"
    /// `[CALL] [STATUS]`; one number alone is a call when it is below 300.
    case callAndStatus = "[CALL] [STATUS]"
    case digits = "DIGITS"
    case policy = "auto|ring|list|why|try|add|set|delete|move|on|off|undo …"
    case onOrOff = "on|off"
    /// `accept`, `refuse`, a target, or the word `to` and another call.
    case transfer = "accept|refuse [CALL] | [CALL] TARGET | [CALL] to CALL"
    case optionalAccount = "[ACCOUNT]"
    /// An account, or an address; a call's number before it.
    case presented = "[CALL] ACCOUNT | [CALL] [NAME] <ADDRESS>"
  }

  /// Where a word can be used.
  public enum Place: Hashable, Sendable { case screen, headless }

  /// What the row orders; its name is its identity.
  enum Action: Hashable, Sendable {
    case dial, answer, answerMuted, reject, hangUp, hold, resume, swap, select, mute, unmute, talk, digits, silence
    case policy, doNotDisturb, away, locked, register, unregister, follow, decline, transfer, identify, clearHistory, status, quit
  }

  public let word: String
  public let aliases: [String]
  public let argument: Argument?
  /// One sentence, without what the argument list says already.
  public let help: String
  public let places: [Place]
  let action: Action

  init(
    _ word: String, _ aliases: [String] = [], _ argument: Argument? = nil, _ action: Action,
    in places: [Place] = [.screen, .headless],
    help: String
  ) {
    self.word = word
    self.aliases = aliases
    self.argument = argument
    self.help = help
    self.places = places
    self.action = action
  }

  /// `reject [CALL] [STATUS]`.
  public var usage: String {
    argument.map { "\(word) \($0.rawValue)" } ?? word
  }
}
