internal import Media
internal import SIPMessages

/// Somebody who is always there. Each is reached by its number and by its name.
enum Robot: String, CaseIterable, Sendable {
  case reception, dispatcher, echo, clock, music, busy, nobody
  /// They let it ring, hang up and call back, each in a way of its own (RFC 7462).
  case urgent, leisurely, inside, outside, friend, family, recall, brief, late, abroad

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
    case .urgent, .leisurely, .inside, .outside, .friend, .family, .recall, .brief, .late, .abroad:
      "Does not answer, and calls you back: " + alerts.map { $0.description }.joined(separator: ", ") + "."
    }
  }

  /// How long it rings before it answers; nil for one that does not.
  var answersAfter: Duration? {
    switch self {
    case .reception, .dispatcher: .seconds(1)
    case .echo, .clock, .music: .milliseconds(500)
    case .busy, .nobody, .urgent, .leisurely, .inside, .outside, .friend, .family, .recall, .brief, .late, .abroad: nil
    }
  }

  init?(user: String) {
    guard let robot = Self.allCases.first(where: { $0.number == user || $0.rawValue == user.lowercased() }) else { return nil }
    self = robot
  }
}
