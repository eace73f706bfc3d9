public import SIPMessages

/// What a caller may ask for beside the address: `dial TARGET --answer-mode auto --require`.
public struct DialOptions: Hashable, Sendable {
  /// How the called phone is asked to answer (RFC 5373); nil leaves it to the called.
  public var answering: AnswerModeOrder?
  /// What the called phone is told about the call, in order of weight (RFC 7462 section 13).
  public var alerts: [AlertURN]

  /// Hide who calls, as far as a phone can (RFC 3323).
  public var isAnonymous: Bool

  public init(answering: AnswerModeOrder? = nil, alerts: [AlertURN] = [], isAnonymous: Bool = false) {
    self.answering = answering
    self.alerts = alerts
    self.isAnonymous = isAnonymous
  }

  /// Adds the fields that the options stand for.
  func add(to fields: inout HeaderFields) {
    answering?.add(to: &fields)
    fields.append(alerts: alerts)
  }

  /// The words of `--alert` beside whole URNs.
  private static let alertWords: [(String, AlertURN)] = [
    ("urgent", .highPriority), ("low", .lowPriority), ("internal", .internalSource), ("external", .externalSource),
    ("friend", .friend), ("family", .family),
  ]

  /// More than this says nothing more.
  private static let mostAlerts = 8

  /// Takes the options out of a line's words and leaves the rest.
  static func take(_ words: [Substring]) throws(CommandError) -> (words: [Substring], options: DialOptions) {
    var rest: [Substring] = []
    var options = DialOptions()
    var mode: AnswerRequest.Mode?
    var isRequired = false
    var isPrivileged = false
    var steering: AnswerModeOrder.Steering?
    var index = 0
    func value(of option: Substring, _ expected: String) throws(CommandError) -> String {
      guard index < words.count else {
        throw CommandError(.missingArgument, expected: "\(option) needs \(expected).")
      }
      index += 1
      return words[index - 1].lowercased()
    }
    while index < words.count {
      let word = words[index]
      index += 1
      switch word.lowercased() {
      case "--answer-mode":
        mode = AnswerRequest.Mode(rawValue: try value(of: word, "auto or manual"))
        if mode == nil { throw CommandError(.unusableArgument, expected: "--answer-mode takes auto or manual.") }
      case "--alert":
        let text = try value(of: word, "urgent, low, internal, external, friend, family or a URN")
        guard let urn = alertWords.first(where: { $0.0 == text })?.1 ?? AlertURN(text), options.alerts.count < mostAlerts else {
          throw CommandError(
            .unusableArgument, expected: "--alert takes urgent, low, internal, external, friend, family or urn:alert:…")
        }
        options.alerts.append(urn)
      case "--anonymous": options.isAnonymous = true
      case "--require": isRequired = true
      case "--priv": isPrivileged = true
      case "--steer":
        steering = AnswerModeOrder.Steering(rawValue: try value(of: word, "prefer, require or explicit"))
        if steering == nil { throw CommandError(.unusableArgument, expected: "--steer takes prefer, require or explicit.") }
      case let text where text.hasPrefix("--"):
        let known = "--anonymous, --answer-mode, --require, --priv, --steer and --alert"
        throw CommandError(
          .unusableArgument, expected: "dial knows \(known), not \(DisplayText.bounded(text, to: 24) ?? "").")
      default: rest.append(word)
      }
    }
    if let mode {
      options.answering = AnswerModeOrder(mode, isRequired: isRequired, isPrivileged: isPrivileged, steering: steering)
    } else if isRequired || isPrivileged || steering != nil {
      throw CommandError(.missingArgument, expected: "--require, --priv and --steer go with --answer-mode auto or manual.")
    }
    return (rest, options)
  }
}
