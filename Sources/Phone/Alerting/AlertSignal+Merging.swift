import Media
import SIPMessages

extension AlertSignal {
  /// What `*` in a URN is read as, and the code of the country then.
  static let everyCountry = "every-country"

  /// The same table, written again: it replaces this one.
  func isSameEntry(as other: AlertSignal) -> Bool {
    name == other.name && mode == other.mode && situations.contains { other.situations.contains($0) }
  }

  /// Both would be chosen for the same URNs.
  func competes(with other: AlertSignal) -> Bool {
    mode == other.mode && situations.contains { other.situations.contains($0) } && meanings.contains { other.meanings.contains($0) }
  }

  /// One signal for each country that has tones of its own, when this one is written for all of them: RFC 8433 section 7's third
  /// way, a generic entry that is made out for what there is.
  var spreadOverCountries: [AlertSignal] {
    let isGeneric = meanings.contains { $0.contains { $0.parts.contains(Self.everyCountry) } }
    guard isGeneric || rendering == .country(Self.everyCountry) else { return [self] }
    return ToneProgram.countries.filter { $0 != "eu" }.compactMap { code in
      var signal = self
      signal.name = "\(name) \(code)"
      signal.meanings = meanings.map { urns in
        urns.compactMap { urn in AlertURN(urn.parts.map { $0 == Self.everyCountry ? code : $0 }) }
      }
      if rendering == .country(Self.everyCountry) { signal.rendering = .country(code) }
      if !words.isEmpty { signal.words = words.replacing("*", with: code.uppercased()) }
      return signal
    }
  }
}

extension [AlertSignal] {
  /// These, and those of `base` that none of these takes the place of: by name, or by meaning.
  func layered(over base: [AlertSignal]) -> [AlertSignal] {
    self + base.filter { old in !contains { $0.isSameEntry(as: old) || $0.competes(with: old) } }
  }
}
