/// The `[alerts]` table: which signals there are, who may choose among them, and what is told to others.
public struct AlertConfiguration: Hashable, Sendable {
  /// Whose Alert-Info counts. "A UA MAY choose to ignore undesirable indications" (RFC 7462 section 16).
  public enum Heed: String, Hashable, Sendable, CaseIterable {
    case anyone
    /// Only what comes from the server of an account that says `trust_server = true`.
    case server
    case nobody
  }

  public var heed = Heed.anyone
  /// The user lets callers know that they wait because of another call. Section 16: such a thing "SHALL always require
  /// authorization on behalf of the user", so that it is off until it is asked for; and what is sent may be seen by anybody on the
  /// way.
  public var tellsCallWaiting = false
  /// The first rings are softer than the others.
  public var risesInVolume = true
  /// The user's own signals, which go before those of the files.
  public var signals: [AlertSignal] = []
  /// True when the signals that come with the phone are not wanted.
  public var replacesBuiltIn = false
  /// A file with more signals, as it is written in the configuration; nil for none. The world reads it.
  public var file: String?

  public init() {}
}

extension Configuration {
  /// Takes in the signals of a file: `[[alerts.signal]]` tables, and `replace` of `[alerts]`. What was there before goes first.
  /// Call it with the user's file, then with the one that comes with the phone.
  ///
  /// Returns what is wrong, with line and column; a signal that cannot be used is off and the others work.
  public mutating func addAlertSignals(_ bytes: [UInt8], file: String) -> [ConfigurationProblem] {
    guard !alerts.replacesBuiltIn else { return [] }
    let (more, problems) = AlertConfigurationReader.parse(bytes, file: file)
    alerts.signals = alerts.signals.layered(over: more.signals)
    alerts.replacesBuiltIn = more.replacesBuiltIn
    return problems
  }
}
