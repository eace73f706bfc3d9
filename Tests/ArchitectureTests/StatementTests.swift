import Foundation
import Testing

@Suite("Conformance, counted")
struct StatementTests {
  /// `Scripts/conformance` sets it: what is made is written and not compared.
  private let isWriting = ProcessInfo.processInfo.environment["OFFHOOK_CONFORMANCE"] == "write"

  @Test("Every row of the tables can be read and has an id of its own, which names its RFC and section")
  func tables() {
    #expect(Statement.all.count > 1900)
    #expect(Statement.all.count == Statement.rowCount)
    var known: Set<String> = []
    for statement in Statement.all {
      #expect(known.insert(statement.id).inserted, "\(statement.id) stands twice")
      #expect(statement.id.hasPrefix("rfc\(statement.rfc)-"), "\(statement.id) is in the table of RFC \(statement.rfc)")
      #expect(!statement.binds.isEmpty && !statement.text.isEmpty, "\(statement.id) lacks something")
    }
  }

  @Test("A test names only statements that exist and bind a user agent, right above itself, each once")
  func names() {
    #expect(Proof.all.strays.isEmpty, "No test below the mark: \(Proof.all.strays)")
    let known = Dictionary(Statement.all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for proof in Proof.all.proofs {
      #expect(Set(proof.statements).count == proof.statements.count, "\(proof) names a statement twice")
      for id in proof.statements {
        #expect(known[id] != nil, "\(proof) names \(id), which is in no table")
        if let statement = known[id] { #expect(statement.bindsUs, "\(proof) proves \(id), which binds \(statement.binds)") }
      }
    }
  }

  @Test("What a test proves is not declared as not applicable")
  func oneWay() {
    let proven = StatementPage.present.proofs
    for statement in Statement.all where statement.reason != nil {
      #expect(proven[statement.id] == nil, "\(statement.id) is declared and proven by \(proven[statement.id]?.first?.test ?? "")")
    }
  }

  @Test("What the committed page calls proven still has its test")
  func lostProofs() throws {
    if isWriting { return }
    let lost = StatementPage.proven(in: try String(contentsOf: StatementPage.file, encoding: .utf8))
      .subtracting(StatementPage.present.proofs.keys)
    #expect(lost.isEmpty, "No test proves these any more: \(lost.sorted().joined(separator: " "))")
  }

  @Test("The committed page and the README's line are what Scripts/conformance makes")
  func page() throws {
    let page = StatementPage.present
    var readme = try String(contentsOf: StatementPage.readme, encoding: .utf8)
    let lines = readme.split(separator: "\n").filter { $0.hasPrefix(StatementPage.lineStart) }
    #expect(lines.count == 1, "The README has one line that begins with “\(StatementPage.lineStart)”")
    if isWriting {
      try page.text.write(to: StatementPage.file, atomically: true, encoding: .utf8)
      if let old = lines.first { readme = readme.replacingOccurrences(of: old, with: page.line) }
      try readme.write(to: StatementPage.readme, atomically: true, encoding: .utf8)
      print(page.text.components(separatedBy: "\n## RFC").first ?? "")
    } else {
      #expect(lines.first.map(String.init) == page.line, "Scripts/conformance brings the README up to date")
      let isSame = try String(contentsOf: StatementPage.file, encoding: .utf8) == page.text
      #expect(isSame, "Scripts/conformance brings Tests/Conformance/README.md up to date")
    }
  }

  @Test("The readers take rows and marks apart, and the join counts")
  func readers() {
    let table = """
      id\tsection\tlevel\tbinds\tstatement\tnot-applicable
      rfc9-1-1\t1\tMUST\tUA\tone\t
      rfc9-1-2\t1\tMUST NOT\tUAC\ttwo\tnever happens
      rfc9-1-3\t1\tMAY\tproxy\tthree\t
      rfc9-1-4\t1\tSHOULD\tUAS\tfour\tdeparture: we know better
      rfc9-1-5\t1\tOUGHT\tUAS\tunreadable\t
      """
    let statements = Statement.rows(of: table, rfc: 9)
    #expect(statements.map(\.id) == ["rfc9-1-1", "rfc9-1-2", "rfc9-1-3", "rfc9-1-4"])
    let text =
      "struct S {\n  // Proves: rfc9-1-1 rfc9-1-7\n  // Proves: rfc9-1-8\n  @Test(\n    \"x\")\n  func f() {}\n"
      + "  // Proves: rfc9-1-2\n  func g() {}\n}\n"
    let found = Proof.read(SourceFile(room: "x", path: "x.swift", text: text))
    #expect(found.proofs.map(\.test) == ["S.f"] && found.proofs.first?.statements == ["rfc9-1-1", "rfc9-1-7", "rfc9-1-8"])
    #expect(found.strays == ["x.swift:8"])
    let page = StatementPage(statements: statements, proofs: found.proofs)
    #expect(page.count { _ in true } == StatementPage.Count(all: 3, proven: 1, departures: 1, notApplicable: 1))
    #expect(StatementPage.proven(in: page.text) == ["rfc9-1-1"])
  }
}
