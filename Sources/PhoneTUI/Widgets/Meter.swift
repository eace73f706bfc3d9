/// A level as a row of bars.
struct Meter {
  /// dBFS, 0 the loudest; nil for silence.
  var level: Double?
  var columns = 20

  /// -60 dB and below is empty, 0 dB full.
  func text(_ glyphs: Glyphs) -> String {
    let known = level.flatMap { $0.isNaN ? nil : $0 } ?? -60
    let share = max(0, min(1, (known + 60) / 60))
    let full = Int((share * Double(columns)).rounded())
    return String(repeating: glyphs.barFull, count: full) + String(repeating: glyphs.barEmpty, count: columns - full)
  }

  var words: String {
    guard let level, level.isFinite else { return "silent" }
    return "\(Int(max(-99, min(0, level)).rounded())) dB"
  }
}
