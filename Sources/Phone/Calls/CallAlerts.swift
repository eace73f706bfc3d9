import Media
import SIPMessages

/// What the other side of a call asks for, and the sound that came of it.
struct CallAlerts: Sendable {
  /// The most important first.
  var urns: [AlertURN] = []
  /// nil when nothing was asked.
  var description: AlertDescription?
  /// Composed once for each situation, not at every step.
  private var sound: (situation: AlertSituation, program: ToneProgram?)?

  init(urns: [AlertURN] = [], description: AlertDescription? = nil) {
    self.urns = urns
    self.description = description
  }

  /// Whose tones are asked for; nil when it is nobody's.
  var country: String? {
    for urn in urns { if let country = urn.country { return country } }
    return nil
  }

  mutating func program(in situation: AlertSituation, compose: ([AlertURN]) -> ToneProgram?) -> ToneProgram? {
    if let sound, sound.situation == situation { return sound.program }
    let program = compose(urns)
    sound = (situation, program)
    return program
  }
}
