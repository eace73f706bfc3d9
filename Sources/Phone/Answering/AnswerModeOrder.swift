import SIPMessages

/// How a caller wants to be answered, as fields of the INVITE (RFC 5373 section 4.3.3).
public struct AnswerModeOrder: Hashable, Sendable {
  /// Which of several devices proxies should choose, by what each said when it registered (RFC 3841).
  public enum Steering: String, Hashable, Sendable, CaseIterable {
    /// Those that know answer modes before the others.
    case prefer
    /// None that said it does not know them.
    case require
    /// Only those that said they know them.
    case explicit
  }

  public var mode: AnswerRequest.Mode
  /// Rather be refused than answered in another way.
  public var isRequired: Bool
  /// Priv-Answer-Mode in place of Answer-Mode: the called phone asks its stricter list.
  public var isPrivileged: Bool
  /// nil leaves the choice of the device to the proxies.
  public var steering: Steering?

  public init(_ mode: AnswerRequest.Mode, isRequired: Bool = false, isPrivileged: Bool = false, steering: Steering? = nil) {
    self.mode = mode
    self.isRequired = isRequired
    self.isPrivileged = isPrivileged
    self.steering = steering
  }

  func add(to fields: inout HeaderFields) {
    let parameters = isRequired ? Parameters([("require", nil)]) : Parameters()
    if isPrivileged {
      fields.append(PrivAnswerMode(mode.token, parameters: parameters))
    } else {
      fields.append(AnswerMode(mode.token, parameters: parameters))
    }
    guard let steering else { return }
    // "This would normally be used in conjunction with" the option tag: a phone without the extension answers 420.
    fields.append(Require([.answermode]))
    let more =
      switch steering {
      case .prefer: ""
      case .require: ";require"
      case .explicit: ";require;explicit"
      }
    fields.append(name: .acceptContact, value: "*;extensions=\"answermode\";methods=\"INVITE\"\(more)")
  }
}
