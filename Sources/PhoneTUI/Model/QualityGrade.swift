import Media

/// The verdict over a call's sound, and why.
struct QualityGrade: Hashable, Sendable {
  enum Level: Int, Comparable, Sendable {
    case good, fair, bad
    static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    var word: String {
      switch self {
      case .good: "GOOD"
      case .fair: "FAIR"
      case .bad: "BAD"
      }
    }
  }

  var level: Level
  /// The worst first; empty when all is well.
  var reasons: [String]

  /// Judged over the last ten samples: what was bad a minute ago shows in the line, not in the verdict.
  init(_ history: QualityHistory) {
    var findings: [(Level, String)] = []
    let recent = history.samples.suffix(10)
    func judge(_ value: Double?, fair: Double, bad: Double, _ sentence: (Int) -> String) {
      guard let value, value.isFinite, value >= fair, value < 1_000_000 else { return }
      findings.append((value >= bad ? .bad : .fair, sentence(Int(value.rounded()))))
    }
    if recent.count >= 3, recent.suffix(3).allSatisfy({ $0.received == 0 }) {
      findings.append((.bad, "no sound arrives from the other side"))
    }
    func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
    judge(mean(recent.compactMap(\.lossIn)).map { $0 * 100 }, fair: 1, bad: 5) { "\($0) % lost on the way in: you hear gaps" }
    judge(mean(recent.compactMap(\.lossOut)).map { $0 * 100 }, fair: 1, bad: 5) { "\($0) % lost on the way out: they hear gaps" }
    judge(mean(recent.map(\.jitter)), fair: 30, bad: 60) { "uneven network, jitter \($0) ms" }
    judge(recent.compactMap(\.roundTrip).last, fair: 300, bad: 500) { "long way, \($0) ms there and back: let others finish" }
    let sorted = findings.enumerated().sorted { ($1.element.0, $0.offset) < ($0.element.0, $1.offset) }.map(\.element)
    level = sorted.first?.0 ?? .good
    reasons = sorted.map(\.1)
  }
}
