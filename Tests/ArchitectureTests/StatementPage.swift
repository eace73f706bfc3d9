import Foundation

/// Statements and proofs joined: `Tests/Conformance/README.md`, and one line of the package's README.
struct StatementPage {
  let statements: [Statement]
  let proofs: [String: [Proof]]

  init(statements: [Statement], proofs: [Proof]) {
    self.statements = statements
    var byStatement: [String: [Proof]] = [:]
    for proof in proofs {
      for id in proof.statements { byStatement[id, default: []].append(proof) }
    }
    self.proofs = byStatement
  }

  static let present = StatementPage(statements: Statement.all, proofs: Proof.all.proofs)
  static let file = Statement.folder.appending(path: "README.md")
  static let readme = House.root.appending(path: "README.md")

  struct Count: Equatable {
    var all = 0
    var proven = 0
    var departures = 0
    var notApplicable = 0
    var open: Int { all - proven - departures - notApplicable }

    mutating func add(_ statement: Statement, isProven: Bool) {
      all += 1
      if isProven {
        proven += 1
      } else if statement.isDeparture {
        departures += 1
      } else if statement.reason != nil {
        notApplicable += 1
      }
    }

    var cells: String { "\(all) | \(proven) | \(notApplicable) | \(departures) | \(open)" }
  }

  func count(where isMeant: (Statement) -> Bool) -> Count {
    var count = Count()
    for statement in statements where statement.bindsUs && isMeant(statement) {
      count.add(statement, isProven: proofs[statement.id] != nil)
    }
    return count
  }

  /// RFC 3261 sections 7 to 20 and 22.
  static func isOfTheHeart(_ statement: Statement) -> Bool {
    guard statement.rfc == 3261, let chapter = Int(statement.section.prefix { $0 != "." }) else { return false }
    return (7...20).contains(chapter) || chapter == 22
  }

  static let lineStart = "Counted: "

  /// The line of the package's README.
  var line: String {
    let count = count { Self.isOfTheHeart($0) && $0.isMust }
    return "\(Self.lineStart)of the \(count.all) MUST and MUST NOT of RFC 3261 sections 7 to 20 and 22 that bind a user agent, "
      + "\(count.proven) have a named test, \(count.notApplicable + count.departures) are explained, \(count.open) are open."
  }

  var text: String {
    var lines = [
      "# Conformance, counted", "",
      "Made by `Scripts/conformance` from the tables beside it and from the tests; do not edit it. What the phone does of each RFC, by",
      "section, is in [Conformance](../../Sources/SIPUserAgent/SIPUserAgent.docc/Conformance.md), which is kept by hand.", "",
      "Each table holds one RFC's sentences with a keyword of RFC 2119, shortened, with an id that never changes. *binds* says whom: UA,",
      "UAC and UAS are this phone. A test names what it proves in a comment above its `@Test`:", "",
      "    // Proves: rfc3261-17.1.1.2-03 rfc3261-17.1.1.2-05", "",
      "- **proven**: each named test fails when the statement is broken.",
      "- **not applicable**: the statement asks nothing of this phone; the reason is in the table.",
      "- **departure**: it applies, and we do otherwise on purpose; the reason begins with that word.",
      "- **open**: no test shows it yet. That says nothing about the code.", "", "## Counts", "",
      "| RFC | of these | bind us | proven | not applicable | departures | open |", "|---|---|---|---|---|---|---|",
    ]
    let numbers = Array(Set(statements.map(\.rfc))).sorted()
    for number in numbers {
      for (name, isMeant) in Self.kinds {
        let count = count { $0.rfc == number && isMeant($0) }
        if count.all > 0 { lines.append("| \(number) | \(name) | \(count.cells) |") }
      }
    }
    let heart = count { Self.isOfTheHeart($0) && $0.isMust }
    lines += ["| 3261, sections 7 to 20 and 22 | MUST | \(heart.cells) |"]
    for number in numbers { lines += rows(of: number) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let kinds: [(String, @Sendable (Statement) -> Bool)] = [
    ("MUST", { $0.isMust }), ("SHOULD", { $0.level == .should || $0.level == .shouldNot }), ("MAY", { $0.level == .may }),
    ("implied", { $0.level == .implied }),
  ]

  private func rows(of number: Int) -> [String] {
    let meant = statements.filter { $0.rfc == number && $0.bindsUs }
    guard !meant.isEmpty else { return [] }
    return ["", "## RFC \(number)", "", "| id | level | statement | state |", "|---|---|---|---|"]
      + meant.map { "| \($0.id) | \($0.level.rawValue) | \(Self.escaped($0.text)) | \(state(of: $0)) |" }
  }

  private func state(of statement: Statement) -> String {
    if let proofs = proofs[statement.id] {
      return "proven: " + proofs.map { "`\($0.test)` in `\($0.file)`" }.joined(separator: ", ")
    }
    guard let reason = statement.reason else { return "open" }
    return statement.isDeparture ? Self.escaped(reason) : "not applicable: " + Self.escaped(reason)
  }

  /// Angle brackets would read as HTML.
  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(of: "|", with: "/")
  }

  /// The ids that a page calls proven.
  static func proven(in page: String) -> Set<String> {
    Set(
      page.split(separator: "\n").compactMap { line in
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        return cells.count == 4 && cells[3].hasPrefix("proven: ") ? cells[0] : nil
      })
  }
}
