internal import Media

/// Somebody who is always there. Each is reached by its number and by its name.
enum Robot: String, CaseIterable, Sendable {
  case reception, dispatcher, echo, clock, music, busy, nobody

  var number: String {
    switch self {
    case .reception: "201"
    case .dispatcher: "202"
    case .echo: "210"
    case .clock: "211"
    case .music: "212"
    case .busy: "213"
    case .nobody: "214"
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
    }
  }

  /// How long it rings before it answers; nil for one that does not.
  var answersAfter: Duration? {
    switch self {
    case .reception, .dispatcher: .seconds(1)
    case .echo, .clock, .music: .milliseconds(500)
    case .busy, .nobody: nil
    }
  }

  init?(user: String) {
    guard let robot = Self.allCases.first(where: { $0.number == user || $0.rawValue == user.lowercased() }) else { return nil }
    self = robot
  }
}
