/// Loss, jitter, delay and buffer: now, at worst, and their course over the last minute.
struct QualityTable {
  let history: QualityHistory

  private struct Row {
    var label: String
    var values: [Double?]
    /// What a full bar stands for, unless something was worse.
    var ceiling: Double
    var unit: String
    var note: String?
  }

  func render(into surface: inout Surface, in area: Rect) {
    let samples = history.samples
    let last = samples.last
    let late = samples.reduce(UInt64(0)) { $0.addingReportingOverflow($1.late).partialValue }
    let rows = [
      Row(
        label: "Loss in", values: samples.map { $0.lossIn.map { $0 * 100 } }, ceiling: 10, unit: "%",
        note: "what you hear"),
      Row(
        label: "Loss out", values: samples.map { $0.lossOut.map { $0 * 100 } }, ceiling: 10, unit: "%",
        note: last?.lossOut == nil ? "they have not said yet" : "what they hear"),
      Row(
        label: "Jitter", values: samples.map(\.jitter), ceiling: 60, unit: "ms", note: late > 0 ? "\(late) packets too late" : nil),
      Row(
        label: "Delay", values: samples.map(\.roundTrip), ceiling: 300, unit: "ms",
        note: last?.roundTrip == nil ? "not measured yet" : "there and back"),
    ]
    let sparkX = area.x + 29
    let sparkColumns = min(60, max(10, area.columns - 29 - 25))
    let noteX = sparkX + sparkColumns + 2
    surface.put("now", area.x + 11, area.y, .quiet)
    surface.put("worst", area.x + 20, area.y, .quiet)
    surface.put("last minute", sparkX, area.y, .quiet)
    for (index, row) in rows.enumerated() where index + 1 < area.rows {
      let y = area.y + 1 + index
      surface.put(row.label, area.x, y, .quiet)
      surface.put(words(row.values.last ?? nil, row.unit), area.x + 11, y)
      surface.put(words(row.values.compactMap { $0 }.max(), row.unit), area.x + 20, y)
      surface.put(
        Sparkline(values: row.values, ceiling: row.ceiling, columns: sparkColumns).text(surface.glyphs), sparkX, y, .accent)
      if let note = row.note { surface.put(note, noteX, y, .quiet, width: max(0, area.right - noteX)) }
    }
  }

  private func words(_ value: Double?, _ unit: String) -> String {
    guard let value, value.isFinite else { return "-" }
    if unit == "%", value < 10 {
      let tenths = Int((value * 10).rounded())
      return "\(tenths / 10).\(tenths % 10) %"
    }
    return "\(Int(min(value, 1_000_000).rounded())) \(unit)"
  }
}
