import Phone
import SansIO

/// A past call in a glyph, a word and a sentence.
struct HistoryWords {
  let record: CallRecord
  let glyphs: Glyphs

  var isMissed: Bool { record.outcome == .missed }

  var glyph: String {
    switch record.outcome {
    case .answered: record.isIncoming ? glyphs.incoming : glyphs.outgoing
    case .missed: glyphs.missed
    case .elsewhere: glyphs.elsewhere
    case .rejected: glyphs.rejected
    case .cancelled: glyphs.outgoing
    case .failed: glyphs.failed
    }
  }

  /// For a narrow column.
  var outcome: String {
    switch record.outcome {
    case .answered: (record.wasAnsweredAutomatically ? "by itself " : "") + (record.talked?.clockText ?? "answered")
    case .missed: "missed"
    case .elsewhere: "elsewhere"
    case .rejected: "refused"
    case .cancelled: "given up"
    case .failed: record.detail ?? "failed"
    }
  }

  var sentence: String {
    let direction = record.isIncoming ? "incoming" : "outgoing"
    let detail = record.detail.map { ": \($0)" } ?? ""
    switch record.outcome {
    case .answered:
      let itself = record.wasAnsweredAutomatically ? ", answered by itself" : ""
      return "\(direction), talked \(record.talked?.clockText ?? "0:00")\(itself)"
    case .missed: return "incoming, missed\(detail)"
    case .elsewhere: return "incoming, answered elsewhere\(detail)"
    case .rejected: return "incoming, refused here\(detail)"
    case .cancelled: return "outgoing, given up before an answer\(detail)"
    case .failed: return "\(direction), failed\(detail)"
    }
  }
}
