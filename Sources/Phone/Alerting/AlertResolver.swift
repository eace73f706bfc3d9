import Media
public import SIPMessages

/// Chooses how a call is signalled, out of the signals that the phone has and the URNs that a message brought (RFC 7462 section 11,
/// RFC 8433).
public struct AlertResolver: Sendable {
  private let sets: [AlertSituation: [AlertMode: AlertSignalSet]]
  /// The first meaning of the signals that a vendor's word names.
  private let vendorMeanings: [String: [AlertURN]]
  /// Sets whose machine was too large to build, in words; they are resolved more slowly.
  public let untabulated: [String]

  public init(signals: [AlertSignal]) {
    self.init(signals: signals, limits: .standard)
  }

  init(signals: [AlertSignal], limits: AlertMachineBuilder.Limits) {
    var sets: [AlertSituation: [AlertMode: AlertSignalSet]] = [:]
    var untabulated: [String] = []
    for situation in AlertSituation.allCases {
      var modes: [AlertMode: AlertSignalSet] = [:]
      for mode in AlertMode.allCases {
        let chosen = signals.filter { $0.mode == mode && $0.situations.contains(situation) }
        guard !chosen.isEmpty else { continue }
        let hasDefault = chosen.contains { $0.isDefault }
        let set = AlertSignalSet(hasDefault ? chosen : [Self.standard(mode)] + chosen, limits: limits)
        if !set.isTabulated { untabulated.append("\(situation.rawValue), \(mode.rawValue)") }
        modes[mode] = set
      }
      sets[situation] = modes
    }
    self.sets = sets
    self.untabulated = untabulated
    var vendorMeanings: [String: [AlertURN]] = [:]
    for signal in signals {
      for word in signal.vendorWords where vendorMeanings[word] == nil { vendorMeanings[word] = signal.meanings.first ?? [] }
    }
    self.vendorMeanings = vendorMeanings
  }

  /// What a mode does when no table says it.
  private static func standard(_ mode: AlertMode) -> AlertSignal {
    switch mode {
    case .tune: AlertSignal("default", mode, means: [[]], .sound(.ring(.standard)))
    case .urgency, .prelude, .length, .delay, .country: AlertSignal("default", mode, means: [[]], .nothing)
    }
  }

  /// The chosen signals in the order of the modes, one for each mode that has any.
  public func signals(for urns: [AlertURN], in situation: AlertSituation) -> [AlertSignal] {
    guard let modes = sets[situation] else { return [] }
    var chosen: [AlertSignal] = []
    chosen.reserveCapacity(AlertMode.allCases.count)
    for mode in AlertMode.allCases {
      if let signal = modes[mode]?.signal(for: urns) { chosen.append(signal) }
    }
    return chosen
  }

  /// The URNs of a message, in order: those that it names, and those that its vendor words stand for when these are believed.
  public func urns(in list: AlertInfoList, believesVendorWords: Bool) -> [AlertURN] {
    var urns: [AlertURN] = []
    for value in list.values {
      if case .alert(let urn) = value.content {
        urns.append(urn)
      }
      if believesVendorWords {
        for word in value.vendorWords {
          guard let meaning = vendorMeanings[word] else { continue }
          urns += meaning
          break
        }
      }
    }
    return urns
  }

  /// The states of a mode's machine that these URNs pass through, for a person who asks why.
  public func path(of urns: [AlertURN], in situation: AlertSituation, _ mode: AlertMode) -> [String] {
    sets[situation]?[mode]?.path(of: urns) ?? []
  }
}
