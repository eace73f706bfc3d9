import Media
import SansIO

/// Makes one sound out of the signals that were chosen.
enum AlertComposer {
  struct Settings: Hashable, Sendable {
    /// Whose tones the user knows.
    var country = "us"
    /// The first rings are softer than the others.
    var risesInVolume = false
  }

  /// The decibels by which the first rings are softer.
  static let rise: [Double] = [-18, -12, -6]

  /// nil for silence.
  static func program(_ signals: [AlertSignal], in situation: AlertSituation, _ settings: Settings) -> ToneProgram? {
    var sound = situation.isRinging ? AlertSignal.Sound.ring(.standard) : .national
    var prelude: ToneProgram?
    var (level, pauses) = (0.0, 1.0)
    var length = AlertSignal.Length.normal
    var delay = Duration.zero
    var country: String?
    for signal in signals {
      switch (signal.mode, signal.rendering) {
      case (.tune, .sound(let chosen)): sound = chosen
      case (.prelude, .sound(let chosen)): prelude = self.sound(chosen, in: situation, settings.country)
      case (_, .urgency(let more, let share)): (level, pauses) = (more, share)
      case (_, .length(let chosen)): length = chosen
      case (_, .delay(let chosen)): delay = chosen
      case (_, .country(let code)): country = code
      case (_, .nothing), (_, .sound): break
      }
    }
    guard var program = self.sound(sound, in: situation, country ?? settings.country) else { return nil }
    if let country, situation == .ringing { program = program.fitted(to: .ringback(country)) }
    switch length {
    case .normal: break
    case .short: program = program.once
    case .long: program = program.lengthened
    }
    program = program.with(pauses: pauses).louder(by: level)
    if settings.risesInVolume, situation == .ringing, level <= 0 { program = program.rising(by: rise) }
    if let prelude { program = program.after(prelude.louder(by: level)) }
    if delay > .zero { program = program.after(ToneProgram([.pause(delay)])) }
    return program
  }

  private static func sound(_ sound: AlertSignal.Sound, in situation: AlertSituation, _ country: String) -> ToneProgram? {
    switch sound {
    case .ring(let pattern): .ring(pattern)
    case .national: situation.isRinging ? .callWaiting(country) : .ringback(country)
    case .tones(let program): program
    case .silence: nil
    }
  }
}
