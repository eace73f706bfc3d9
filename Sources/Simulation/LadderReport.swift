public import SansIO

/// A run as a ladder in text: one column a host, one arrow a message, in the order of sending.
///
/// ```
/// alice               exchange              bob
///   |---- INVITE + ---->|                    |
///   |<--- 100 Trying ---|                    |
/// ```
/// A `+` says that the message has a body; an arrow that ends in `x` was lost, one that ends in `?` found nobody, and one
/// with two heads arrived twice.
public struct LadderReport: Sendable {
  public var columns: [NodeID]
  public var names: [String]
  /// Columns of text between two rails.
  public var width: Int
  /// Whether each arrow is preceded by its second of virtual time.
  public var showsTime: Bool

  public init(columns: [NodeID], names: [String], width: Int = 24, showsTime: Bool = false) {
    self.columns = columns
    self.names = names
    self.width = width
    self.showsTime = showsTime
  }

  public func text(_ passages: [Passage]) -> String {
    var lines = [header]
    for passage in passages {
      guard let glance = MessageGlance(passage.bytes), let line = arrow(passage, glance.label) else { continue }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }

  private var margin: String { showsTime ? String(repeating: " ", count: 9) : "" }

  private var header: String {
    var line = ""
    for (index, name) in names.enumerated() {
      let rail = 2 + index * width
      let start = max(line.count + (index == 0 ? 0 : 1), rail - name.count / 2)
      line += String(repeating: " ", count: max(0, start - line.count)) + name
    }
    return margin + line
  }

  private func arrow(_ passage: Passage, _ label: String) -> String? {
    guard let from = columns.firstIndex(of: passage.from) else { return nil }
    // A message to nobody points at the neighbouring rail.
    let to = passage.to.flatMap { columns.firstIndex(of: $0) } ?? (from + 1 < columns.count ? from + 1 : from - 1)
    guard to != from, to >= 0 else { return nil }
    var cells = [Character](repeating: " ", count: 3 + (columns.count - 1) * width)
    for index in columns.indices { cells[2 + index * width] = "|" }
    let left = 2 + min(from, to) * width
    let right = 2 + max(from, to) * width
    for position in left + 1..<right { cells[position] = "-" }
    let room = right - left - 5
    let shown = " " + label.prefix(max(0, room - 2)) + " "
    let start = left + 1 + (right - left - 1 - shown.count) / 2
    for (offset, character) in shown.enumerated() { cells[start + offset] = character }
    let goesRight = to > from
    let tip = goesRight ? right - 1 : left + 1
    let head: Character = goesRight ? ">" : "<"
    switch passage.fate {
    case .delivered: cells[tip] = head
    case .lost: cells[tip] = "x"
    case .unreachable: cells[tip] = "?"
    case .duplicated:
      cells[tip] = head
      cells[goesRight ? tip - 1 : tip + 1] = head
    }
    return (showsTime ? Self.time(passage.at) : "") + String(cells)
  }

  /// Seconds with milliseconds, eight columns wide.
  private static func time(_ instant: Instant) -> String {
    let milliseconds = instant.nanoseconds / 1_000_000
    let fraction = String(milliseconds % 1000)
    let text = "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    return String(repeating: " ", count: max(0, 8 - text.count)) + text + " "
  }
}
