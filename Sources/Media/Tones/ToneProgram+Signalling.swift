extension ToneProgram {
  /// The called phone rings. `country` is a two-letter code such as `us`, `uk`, `de`, `fr`; others get the European tones (`eu`).
  public static func ringback(_ country: String = "eu") -> ToneProgram { CountryTones.of(country).ringback }

  /// The called person is busy.
  public static func busy(_ country: String = "eu") -> ToneProgram { CountryTones.of(country).busy }

  /// The network could not, or the call failed.
  public static func congestion(_ country: String = "eu") -> ToneProgram { CountryTones.of(country).congestion }

  /// Another call comes in during a call.
  public static func callWaiting(_ country: String = "eu") -> ToneProgram { CountryTones.of(country).callWaiting }

  public static func dialTone(_ country: String = "eu") -> ToneProgram { CountryTones.of(country).dialTone }

  /// Two short rising tones: a call was answered by itself, and its line opens now.
  public static let announcement = ToneProgram([
    Segment([880], level: -16, for: .milliseconds(110)), .pause(.milliseconds(30)),
    Segment([1175], level: -16, for: .milliseconds(140)),
  ])

  /// The countries that have tones of their own.
  public static var countries: [String] { CountryTones.codes }

  /// The two frequencies of a key (ITU-T Q.23); nil for other characters.
  public static func dtmfFrequencies(_ digit: Character) -> [Double]? {
    let rows = ["123A", "456B", "789C", "*0#D"]
    let low = [697.0, 770, 852, 941]
    let high = [1209.0, 1336, 1477, 1633]
    for (row, keys) in rows.enumerated() {
      for (column, key) in keys.enumerated() where String(key) == digit.uppercased() { return [low[row], high[column]] }
    }
    return nil
  }

  /// The sound of keys. Characters that are no keys are left out.
  public static func dtmf(
    _ digits: String, tone: Duration = .milliseconds(100), pause: Duration = .milliseconds(80), level: Double = -10
  ) -> ToneProgram {
    var segments: [Segment] = []
    for digit in digits {
      guard let frequencies = dtmfFrequencies(digit) else { continue }
      segments.append(Segment(frequencies, level: level, for: tone))
      segments.append(.pause(pause))
    }
    return ToneProgram(segments)
  }
}
