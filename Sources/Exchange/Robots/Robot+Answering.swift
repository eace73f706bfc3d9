internal import Media
internal import SIPMessages

/// The robots that ask to be put through without anybody's doing (RFC 5373), and what each of them tries.
extension Robot {
  /// The field of their INVITE; nil for the others.
  var answerField: (name: HeaderName, value: String)? {
    switch self {
    case .intercom, .eavesdropper: (.answerMode, "Auto")
    case .pushy: (.answerMode, "Auto;require")
    case .control, .impostor: (.privAnswerMode, "Auto")
    case .reception, .dispatcher, .echo, .clock, .music, .busy, .nobody: nil
    case .urgent, .leisurely, .inside, .outside, .friend, .family, .recall, .brief, .late, .abroad, .waiting, .callback, .returned,
      .long, .usual:
      nil
    case .desk, .switchboard, .pretender, .signed, .stale, .borrowed, .forged: nil
    }
  }

  /// Who they say they are. All but one say the truth.
  var claimed: Robot { self == .impostor ? .control : self }

  /// Whether the exchange knows who they are and says so (RFC 3325).
  var isVouchedFor: Bool { self != .impostor && telephone == nil }

  /// What a call that was put through is asked for, one after the other: sound both ways; the other side's sound alone; both
  /// again. None of it may open a microphone (RFC 5373 section 7.4).
  var demands: [MediaDirection] { self == .eavesdropper ? [.sendrecv, .recvonly, .sendrecv] : [] }
}
