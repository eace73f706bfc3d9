import ArgumentParser
import Phone
import PhoneSystem
import SansIO

/// `offhook history`: past calls, with who was on them and how the phone knew.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Lists past calls, newest first, with who was on them.")

  @Flag(help: "One JSON object a line, with the timeline of each call.") var json = false
  @Option(help: "How many calls.") var limit: Int = 50

  mutating func run() throws {
    let answer = Gate()
    let found = LateBound<[CallRecord]>()
    let problem = LateBound<String>()
    let paths = StandardPaths()
    let database = HistoryDatabase(path: paths.historyFile, rulesFile: paths.rulesFile) { event in
      switch event {
      case .history(let records): found.set(records)
      case .failed(let sentence): problem.set(sentence)
      case .rules: return
      }
      answer.open()
    }
    database.post(.query(limit: max(0, min(limit, 100_000))))
    answer.wait()
    database.close()
    guard let records = found.value else {
      StandardError.say(problem.value ?? "the call history cannot be read")
      throw ExitCode(1)
    }
    for record in records { print(json ? HeadlessFormat.line(record) : Self.text(record)) }
  }

  private static func text(_ record: CallRecord) -> String {
    let way = record.isIncoming ? "from" : "to"
    let name = record.peerName.map { "\($0) <\(record.peerAddress)>" } ?? record.peerAddress
    var lines = ["\(record.startedAt.secondsSince1970)  \(way) \(name)  \(record.outcome.rawValue)"]
    for entry in record.timeline {
      let who = [entry.name, entry.name == entry.address ? nil : entry.address].compactMap { $0 }.joined(separator: ", ")
      let how = entry.trust.map { " (\($0.words))" } ?? ""
      let note = entry.note.map { "  \($0)" } ?? ""
      lines.append("    \(entry.at.secondsSince1970)  \(entry.words) \(who)\(how)\(note)")
    }
    return lines.joined(separator: "\n")
  }
}
