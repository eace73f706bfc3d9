public import Media
public import SIPMessages

/// Something that the phone can do to signal a call, and which URNs that expresses: one `[[alerts.signal]]` table.
public struct AlertSignal: Hashable, Sendable {
  /// Its name: another table with the same name and mode takes its place.
  public var name: String
  public var mode: AlertMode
  public var situations: [AlertSituation]
  /// What it means: alternatives, each of which is a list of URNs that it expresses together. `[[]]` is the mode's default, for
  /// calls about which nothing is said.
  public var meanings: [[AlertURN]]
  /// What vendors write in its place, in lower case: `bellcore-dr2`, `alert-external`. Heard only from a trusted server.
  public var vendorWords: [String]
  /// Part of a sentence about the call; empty when there is nothing to say.
  public var words: String
  public var light: AlertLight?
  public var rendering: Rendering

  /// What it does.
  public enum Rendering: Hashable, Sendable {
    /// Mode `tune`, `prelude`.
    case sound(Sound)
    /// Mode `urgency`: decibels to add, and the share of the pauses that is left.
    case urgency(level: Double, pauses: Double)
    case length(Length)
    /// Mode `delay`.
    case delay(Duration)
    /// Mode `country`: a two-letter code.
    case country(String)
    /// Nothing to hear: only words and light.
    case nothing
  }

  public enum Sound: Hashable, Sendable {
    /// One of the phone's own rings.
    case ring(RingPattern)
    /// What the telephone network of the country plays: ringback, or the tone of a waiting call.
    case national
    case tones(ToneProgram)
    case silence
  }

  public enum Length: String, Hashable, Sendable, CaseIterable {
    case normal
    /// One ring and no more, a "zip tone".
    case short
    /// Each ring twice as long.
    case long
  }

  public init(
    _ name: String, _ mode: AlertMode, in situations: [AlertSituation] = [.ringing], means meanings: [[AlertURN]],
    vendorWords: [String] = [], words: String = "", light: AlertLight? = nil, _ rendering: Rendering
  ) {
    self.name = name
    self.mode = mode
    self.situations = situations
    self.meanings = meanings
    self.vendorWords = vendorWords
    self.words = words
    self.light = light
    self.rendering = rendering
  }

  /// True for the signal that is given when nothing is known.
  public var isDefault: Bool { meanings.contains { $0.isEmpty } }
}
