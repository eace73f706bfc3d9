import Media
import SIPMessages

/// Reads one `[[alerts.signal]]` table. What is wrong with it is told with its place, and the signal is off; the others work.
enum AlertSignalReader {
  /// More than anybody can tell apart by ear.
  static let mostSignals = 512
  static let mostURNs = 16

  /// The signals of all `[[alerts.signal]]` tables of `[alerts]`. Names that stand twice in one mode: the first one counts.
  static func read(_ alerts: inout TableReader, _ problems: inout [ConfigurationProblem]) -> [AlertSignal] {
    var signals: [AlertSignal] = []
    let tables = alerts.tables("signal")
    for (index, table) in tables.enumerated() {
      guard index < mostSignals else {
        alerts.report(.error, at: table.position, "there are more than \(mostSignals) signals; this one and those after it are off")
        break
      }
      var reader = table.value
      let signal = read(&reader, at: table.position)
      reader.finish(into: &problems)
      guard let signal else { continue }
      if signals.contains(where: { $0.isSameEntry(as: signal) }) {
        alerts.report(.error, at: table.position, "there is another signal \(signal.name) of the mode \(signal.mode.rawValue)")
        continue
      }
      if let rival = signals.first(where: { $0.competes(with: signal) }) {
        alerts.report(.warning, at: table.position, "\(signal.name) means the same as \(rival.name), which comes first and is used")
      }
      signals.append(signal)
    }
    return signals
  }

  /// nil when the table cannot be used.
  private static func read(_ table: inout TableReader, at position: TextPosition) -> AlertSignal? {
    let before = table.problems.count
    let name = table.string("name").flatMap { DisplayText.bounded($0.value, to: 40) }
    let mode = choice(&table, "mode", of: AlertMode.self)
    let situations = self.situations(&table)
    let meanings = self.meanings(&table)
    let vendorWords = (table.strings("vendor") ?? []).map { $0.value.lowercased() }
    let words = table.string("words").flatMap { DisplayText.bounded($0.value, to: 60) } ?? ""
    let light = choice(&table, "light", of: AlertLight.self)
    let rendering = mode.map { self.rendering($0, &table, at: position) } ?? .nothing
    if name == nil, !table.has("name") { table.report(.error, at: position, "a signal needs `name`") }
    if mode == nil, !table.has("mode") {
      table.report(.error, at: position, "a signal needs `mode`, one of \(list(AlertMode.self))")
    }
    let isSound = !table.problems[before...].contains { $0.severity == .error }
    guard isSound, let name, let mode else { return nil }
    return AlertSignal(
      name, mode, in: situations, means: meanings, vendorWords: vendorWords, words: words, light: light, rendering)
  }

  private static func situations(_ table: inout TableReader) -> [AlertSituation] {
    guard let words = table.strings("when") else { return [.ringing, .ringingInCall] }
    var situations: [AlertSituation] = []
    for word in words {
      if let situation = AlertSituation(rawValue: word.value) {
        if !situations.contains(situation) { situations.append(situation) }
      } else {
        table.report(.error, at: word.position, "`when` wants some of \(list(AlertSituation.self))")
      }
    }
    return situations
  }

  /// `express` is a list of URNs that belong together, or a list of such lists.
  private static func meanings(_ table: inout TableReader) -> [[AlertURN]] {
    guard let lists = table.stringLists("express") else { return [[]] }
    return lists.map { list in
      if let first = list.dropFirst(mostURNs).first {
        table.report(.error, at: first.position, "a signal expresses at most \(mostURNs) URNs together")
      }
      return list.prefix(mostURNs).compactMap { text in
        // `*` stands for every country that has tones of its own; `AlertSignal.spreadOverCountries` puts them in.
        let pattern = text.value.hasSuffix(":*") ? text.value.dropLast() + AlertSignal.everyCountry : text.value[...]
        if let urn = AlertURN(pattern) { return urn }
        table.report(.error, at: text.position, "`express` wants URNs such as \"urn:alert:source:external\"")
        return nil
      }
    }
  }

  private static func rendering(_ mode: AlertMode, _ table: inout TableReader, at position: TextPosition) -> AlertSignal.Rendering {
    switch mode {
    case .tune, .prelude: return sound(&table, at: position).map { .sound($0) } ?? .nothing
    case .urgency:
      let level = number(&table, "level", in: -60...20) ?? 0
      let pauses = number(&table, "pauses", in: 0...10) ?? 1
      return .urgency(level: level, pauses: pauses)
    case .length: return choice(&table, "length", of: AlertSignal.Length.self).map { .length($0) } ?? .nothing
    case .delay: return number(&table, "delay_ms", in: 0...60_000).map { .delay(.milliseconds(Int64($0))) } ?? .nothing
    case .country:
      guard let country = table.string("country") else { return .nothing }
      if country.value == "*" { return .country(AlertSignal.everyCountry) }
      if ToneProgram.countries.contains(country.value.lowercased()) { return .country(country.value.lowercased()) }
      table.report(.error, at: country.position, "`country` wants \"*\" or a country whose tones are known, such as \"de\"")
      return .nothing
    }
  }

  /// One of `ring`, `tones` with `cadence`, `national = true`, `silent = true`; nil for none of them.
  private static func sound(_ table: inout TableReader, at position: TextPosition) -> AlertSignal.Sound? {
    let ring = choice(&table, "ring", of: RingPattern.self)
    let isNational = table.boolean("national") ?? false
    let isSilent = table.boolean("silent") ?? false
    let tones = table.numbers("tones")
    let cadence = table.numbers("cadence")
    let repeats = table.boolean("repeat") ?? true
    let level = number(&table, "level", in: -60...0) ?? -13
    if let ring { return .ring(ring) }
    if isNational { return .national }
    if isSilent { return .silence }
    guard let tones else {
      if let cadence { table.report(.error, at: cadence.position, "`cadence` needs `tones`") }
      return nil
    }
    let frequencies = tones.value
    guard !frequencies.isEmpty, frequencies.count <= 8, frequencies.allSatisfy({ (20...4000).contains($0) }) else {
      table.report(.error, at: tones.position, "`tones` wants one to eight frequencies from 20 to 4000 hertz")
      return nil
    }
    let beats = cadence?.value ?? [1000, 4000]
    guard !beats.isEmpty, beats.count <= 32, beats.allSatisfy({ (1...60_000).contains($0) }) else {
      table.report(
        .error, at: cadence?.position ?? tones.position, "`cadence` wants up to 32 times in milliseconds, on and off in turns")
      return nil
    }
    let program = ToneProgram.cadence(frequencies, beats.map { Int($0) }, level: level)
    return .tones(repeats ? program : program.once)
  }

  private static func number(_ table: inout TableReader, _ key: String, in range: ClosedRange<Double>) -> Double? {
    guard let number = table.number(key) else { return nil }
    guard range.contains(number.value) else {
      table.report(.error, at: number.position, "`\(key)` must be from \(Int(range.lowerBound)) to \(Int(range.upperBound))")
      return nil
    }
    return number.value
  }

  private static func choice<Value>(_ table: inout TableReader, _ key: String, of _: Value.Type) -> Value?
  where Value: RawRepresentable<String> & CaseIterable {
    guard let word = table.string(key) else { return nil }
    if let value = Value(rawValue: word.value) { return value }
    table.report(.error, at: word.position, "`\(key)` wants one of \(list(Value.self))")
    return nil
  }

  private static func list<Value>(_: Value.Type) -> String where Value: RawRepresentable<String> & CaseIterable {
    Value.allCases.map { $0.rawValue }.joined(separator: ", ")
  }
}
