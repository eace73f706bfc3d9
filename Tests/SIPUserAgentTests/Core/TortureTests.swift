import Foundation
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 4475 and RFC 5118: what a user agent does with the torture messages")
struct TortureTests {
  struct Row: Sendable, CustomStringConvertible {
    var file: String
    /// `accepted`, `dropped`, or statuses, any of which will do.
    var answers: [String]
    var description: String { file }
  }

  /// The messages and the verdicts are those of the message tests.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../SIPMessagesTests/Torture")
    .standardized

  static let rows: [Row] = {
    let table = (try? String(contentsOf: folder.appending(path: "verdicts.tsv"), encoding: .utf8)) ?? ""
    return table.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
      let columns = line.split(separator: "\t").map(String.init)
      return columns.count == 4 ? Row(file: columns[0], answers: columns[3].split(separator: "/").map(String.init)) : nil
    }
  }()

  @Test("The table is there")
  func table() {
    #expect(Self.rows.count > 50)
  }

  @Test("Each message gets the answer that the RFC asks for", arguments: rows)
  func answer(_ row: Row) throws {
    let bytes = Array(try Data(contentsOf: Self.folder.appending(path: row.file)))
    var world = World(agents: 1)
    world.input(0, .network(.datagram(bytes, from: World.peer(), to: World.listener)))
    world.run(for: .milliseconds(50))
    let statuses = world.ladder.compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
    let isRefused = statuses.contains { Int($0) ?? 0 >= 300 }
    let outcome =
      isRefused
      ? statuses.first { Int($0) ?? 0 >= 300 } ?? "" : statuses.isEmpty && world.events[0].isEmpty ? "dropped" : "accepted"
    // A message that is well formed and names a dialog which we never had.
    let namesDialog = (try? MessageParser.parse(bytes))?.essentials.toTag != nil
    let isRight = row.answers.contains(outcome) || (namesDialog && outcome == "481" && row.answers.contains("accepted"))
    #expect(isRight, "\(row.file): \(outcome) where \(row.answers) is asked for")
    // Whatever came, the user agent still works.
    world.send(Script.request("OPTIONS", branch: "z9hG4bKstill", callID: "still"))
    world.run(for: .seconds(1))
    #expect(world.responses(.ok).contains { $0.callID == "still" })
  }
}
