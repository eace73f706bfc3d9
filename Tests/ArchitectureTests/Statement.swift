import Foundation

/// One normative sentence of an RFC, as a row of `Tests/Conformance/rfcNNNN.tsv` gives it.
struct Statement: Sendable {
  enum Level: String, CaseIterable, Sendable {
    case must = "MUST"
    case mustNot = "MUST NOT"
    case should = "SHOULD"
    case shouldNot = "SHOULD NOT"
    case may = "MAY"
    /// What follows from the text without a keyword.
    case implied = "IMPL"
  }

  /// As `rfc3261-17.1.1.2-03`.
  let id: String
  let rfc: Int
  let section: String
  let level: Level
  /// Whom it binds. `UA`, `UAC` and `UAS` are we; other words name who else.
  let binds: String
  let text: String
  /// Why nothing proves it; nil for a row that a test has to prove.
  let reason: String?

  /// The roles that this phone plays.
  static let ours: Set<String> = ["UA", "UAC", "UAS", "registering UA", "subscriber", "notifier"]

  var bindsUs: Bool { Self.ours.contains(binds) }
  var isMust: Bool { level == .must || level == .mustNot }

  /// It applies, and we do otherwise on purpose.
  var isDeparture: Bool { reason?.hasPrefix("departure: ") ?? false }

  static let columns = ["id", "section", "level", "binds", "statement", "not-applicable"]

  static let folder = House.root.appending(path: "Tests/Conformance")

  /// Every row of every table, in the order of RFCs and rows.
  static let all: [Statement] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".tsv") }.sorted().flatMap { name in
      let text = (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
      return rows(of: text, rfc: Int(name.dropFirst(3).dropLast(4)) ?? 0)
    }
  }()

  /// Rows that cannot be read are left out; the test of the tables counts them.
  static func rows(of table: String, rfc: Int) -> [Statement] {
    table.split(separator: "\n").dropFirst().compactMap { line in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == columns.count, let level = Level(rawValue: cells[2]) else { return nil }
      return Statement(
        id: cells[0], rfc: rfc, section: cells[1], level: level, binds: cells[3], text: cells[4],
        reason: cells[5].isEmpty ? nil : cells[5])
    }
  }

  /// How many rows the tables have, readable or not.
  static var rowCount: Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".tsv") }.reduce(0) { sum, name in
      let text = (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
      return sum + max(text.split(separator: "\n").count - 1, 0)
    }
  }
}
