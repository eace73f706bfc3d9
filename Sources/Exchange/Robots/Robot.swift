internal import Media
internal import SIPMessages

/// Somebody who is always there. Each is reached by its number and by its name.
enum Robot: String, CaseIterable, Sendable {
  case reception, dispatcher, echo, clock, music, busy, nobody
  /// They let it ring, call back, and ask to be answered in a way of their own (RFC 5373).
  case intercom, pushy, control, impostor, eavesdropper
  /// They let it ring, hang up and call back, each with a ring of its own (RFC 7462).
  case urgent, leisurely, inside, outside, friend, family, recall, brief, late, abroad, waiting, callback, returned, long, usual
  /// They answer, and then they are somebody else, or say so (RFC 4916, RFC 3325).
  case desk, switchboard, pretender
  /// They let it ring and call back with a signature: a good one, an old one, one for a number that is not its certificate's, and
  /// one that fits nothing (RFC 8224).
  case signed, stale, borrowed, forged

  var number: String {
    switch self {
    case .reception: "201"
    case .dispatcher: "202"
    case .echo: "210"
    case .clock: "211"
    case .music: "212"
    case .busy: "213"
    case .nobody: "214"
    case .urgent: "220"
    case .leisurely: "221"
    case .inside: "222"
    case .outside: "223"
    case .friend: "224"
    case .family: "225"
    case .recall: "226"
    case .brief: "227"
    case .late: "228"
    case .abroad: "229"
    case .intercom: "230"
    case .pushy: "231"
    case .control: "232"
    case .impostor: "233"
    case .eavesdropper: "234"
    case .waiting: "240"
    case .callback: "241"
    case .returned: "242"
    case .long: "243"
    case .usual: "244"
    case .desk: "250"
    case .switchboard: "251"
    case .pretender: "252"
    case .signed: "253"
    case .stale: "254"
    case .borrowed: "255"
    case .forged: "256"
    }
  }

  var displayName: String {
    switch self {
    case .reception: "Reception"
    case .dispatcher: "Dispatcher"
    case .echo: "Echo"
    case .clock: "Speaking clock"
    case .music: "Music on hold"
    case .busy: "Always busy"
    case .nobody: "Nobody home"
    case .intercom: "Intercom"
    case .pushy: "Pushy caller"
    case .control: "Control room"
    case .impostor: "Impostor"
    case .eavesdropper: "Eavesdropper"
    case .urgent: "Urgent bell"
    case .leisurely: "Quiet bell"
    case .inside: "Inside bell"
    case .outside: "Outside bell"
    case .friend: "Friend bell"
    case .family: "Family bell"
    case .recall: "Recall bell"
    case .brief: "Short bell"
    case .late: "Late bell"
    case .abroad: "Foreign bell"
    case .waiting: "Waiting bell"
    case .callback: "Callback bell"
    case .returned: "Transfer bell"
    case .long: "Long bell"
    case .usual: "Usual bell"
    case .desk: "Front desk"
    case .switchboard: "Switchboard"
    case .pretender: "Pretender"
    case .signed: "Signed caller"
    case .stale: "Stale signature"
    case .borrowed: "Borrowed number"
    case .forged: "Forged signature"
    }
  }

  var about: String {
    switch self {
    case .reception: "Answers, and puts you through to Echo; holds you for a moment when your phone cannot be transferred."
    case .dispatcher: "Hang up, and it calls you back three seconds later."
    case .echo: "Says back what you say."
    case .clock: "Pips every second, twice every ten seconds, long on the minute."
    case .music: "Plays chords until you hang up."
    case .busy: "Is busy."
    case .nobody: "Rings and is never answered."
    case .intercom: "Calls you back and asks to be put through at once (Answer-Mode: Auto)."
    case .pushy: "Calls you back and would rather be refused than ring (Answer-Mode: Auto;require)."
    case .control: "Calls you back as somebody with special rights, for whom the exchange vouches (Priv-Answer-Mode: Auto)."
    case .impostor: "Calls you back as the control room, and nobody vouches for it (Priv-Answer-Mode: Auto)."
    case .eavesdropper: "Calls you back, asks to be put through at once, and then asks for your microphone again and again."
    case .urgent, .leisurely, .inside, .outside, .friend, .family, .recall, .brief, .late, .abroad, .waiting, .callback, .returned,
      .long, .usual:
      "Does not answer, and calls you back: " + alerts.map { $0.description }.joined(separator: ", ") + "."
    case .desk: "Answers, and leaves you to Echo: its From changes in mid-call (RFC 4916)."
    case .switchboard: "Answers, and leaves you to the Speaking clock: your provider says so (P-Asserted-Identity)."
    case .pretender: "Answers, and calls itself something better; the address stays."
    case .signed: "Calls you back from +1 215 555 0150, and its signature proves it (RFC 8224)."
    case .stale: "Calls you back with a signature that is an hour old."
    case .borrowed: "Calls you back from a number for which its certificate may not sign."
    case .forged: "Calls you back with a signature that somebody made up."
    }
  }

  /// How long it rings before it answers; nil for one that does not.
  var answersAfter: Duration? {
    switch self {
    case .reception, .dispatcher: .seconds(1)
    case .echo, .clock, .music: .milliseconds(500)
    case .busy, .nobody: nil
    case .desk, .switchboard, .pretender: .seconds(1)
    case .intercom, .pushy, .control, .impostor, .eavesdropper: nil
    case .signed, .stale, .borrowed, .forged: nil
    case .urgent, .leisurely, .inside, .outside, .friend, .family, .recall, .brief, .late, .abroad, .waiting, .callback, .returned,
      .long, .usual:
      nil
    }
  }

  /// How long it rings at one that calls back without having answered; nil for the others.
  var callsBackAfter: Duration? {
    if answerField != nil || telephone != nil { return .seconds(1) }
    return alerts.isEmpty ? nil : .seconds(5)
  }

  init?(user: String) {
    let found = Self.allCases.first { $0.number == user || $0.rawValue == user.lowercased() || $0.telephone == user }
    guard let found else { return nil }
    self = found
  }
}
