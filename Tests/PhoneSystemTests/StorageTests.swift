import Glibc
import Phone
import SIPUserAgent
import SansIO
import Testing

@testable import PhoneSystem

@Suite("Files of the phone", .serialized)
struct StorageTests {
  private let workshop: Workshop

  init() throws {
    workshop = try Workshop()
  }

  private func record(_ callID: String, at second: Int64, _ outcome: CallRecord.Outcome = .answered) -> CallRecord {
    CallRecord(
      account: "alice@example.com", isIncoming: true, peerName: "Bob \u{1F4DE}", peerAddress: "bob@example.com",
      peerURI: "sip:bob@example.com", startedAt: WallTime(secondsSince1970: second),
      talked: outcome == .answered ? .milliseconds(1500) : nil,
      outcome: outcome, wasAnsweredAutomatically: true, detail: outcome == .answered ? nil : "busy", callID: callID)
  }

  private func history(of database: HistoryDatabase, _ events: Arrivals<StorageEvent>, limit: Int = 10) -> [CallRecord]? {
    database.post(.query(limit: limit))
    return events.first { if case .history(let records) = $0 { records } else { nil } }
  }

  @Test("The instance-id stays what it is, except for a second phone that runs at the same time (RFC 5626 section 4.1)")
  func instance() {
    let file = InstanceFile(path: workshop.file("below/instance"))
    var first: InstanceLease? = file.lease()
    let second = file.lease()
    let instance = first?.instance
    #expect(second.instance != instance)
    #expect(first?.isAlone == true && !second.isAlone)
    #expect(file.lease().instance != second.instance)
    first = nil
    #expect(file.lease().instance == instance)
  }

  @Test("An instance file with something else in it gets an instance-id, and one that cannot be written does not matter")
  func strangeInstance() throws {
    let path = workshop.file("instance")
    try workshop.write(Array("nonsense\n".utf8), to: "instance")
    let made = InstanceFile(path: path).lease().instance
    #expect(OutboundSettings.isInstance(made))
    #expect(InstanceFile(path: path).lease().instance == made)
    let nowhere = InstanceFile(path: "/proc/nowhere/instance").lease()
    #expect(OutboundSettings.isInstance(nowhere.instance))
  }

  @Test("History comes back newest first, as it was written, after a restart too")
  func history() throws {
    let path = workshop.file("below/history.sqlite")
    var events = Arrivals<StorageEvent>()
    var database = HistoryDatabase(path: path, rulesFile: workshop.file("answer-rules")) { [events] in events.post($0) }
    database.post(.record(record("one", at: 100)))
    database.post(.record(record("three", at: 300, .failed)))
    database.post(.record(record("two", at: 200, .missed)))
    database.close()
    events = Arrivals()
    database = HistoryDatabase(path: path, rulesFile: workshop.file("answer-rules")) { [events] in events.post($0) }
    let found = try #require(history(of: database, events))
    #expect(found.map(\.callID) == ["three", "two", "one"])
    var expected = record("one", at: 100)
    expected.id = 1
    #expect(found.last == expected)
    database.close()
  }

  @Test("A damaged history is moved aside with a sentence, and a new one begins")
  func damaged() throws {
    try workshop.write(
      Array("This is not a database, it is a letter. ".utf8) + [UInt8](repeating: 65, count: 5000), to: "history.sqlite")
    let events = Arrivals<StorageEvent>()
    let database = HistoryDatabase(path: workshop.file("history.sqlite"), rulesFile: workshop.file("answer-rules")) {
      events.post($0)
    }
    database.post(.record(record("one", at: 100)))
    let sentence = try #require(events.first { if case .failed(let sentence) = $0 { sentence } else { nil } })
    #expect(sentence.hasPrefix("the call history was damaged; it was moved to"))
    #expect(history(of: database, events)?.map(\.callID) == ["one"])
    #expect(workshop.names().contains { $0.hasPrefix("history.sqlite.damaged-") })
    database.close()
  }

  @Test("A place that cannot be written is one sentence, said once")
  func unwritable() throws {
    try workshop.write([], to: "file")
    let events = Arrivals<StorageEvent>()
    let database = HistoryDatabase(path: workshop.file("file/history.sqlite"), rulesFile: workshop.file("answer-rules")) {
      events.post($0)
    }
    database.post(.record(record("one", at: 100)))
    database.post(.record(record("two", at: 200)))
    database.close()
    let sentences = events.all.compactMap { if case .failed(let sentence) = $0 { sentence } else { nil } }
    #expect(sentences == ["the call history \(workshop.file("file/history.sqlite")) cannot be opened; calls are not written down"])
  }

  @Test("A configuration with a password that others may read is refused with the chmod to type")
  func permissions() throws {
    try workshop.write(Array("x = 1".utf8), to: "config.toml")
    let path = workshop.file("config.toml")
    try workshop.run("chmod 644 config.toml")
    var file = try ConfigurationFile(path: path)
    #expect(file.bytes == Array("x = 1".utf8))
    #expect(file.refusal(holdsPassword: true) == "\(path) holds a password and can be read by others; type: chmod 600 \(path)")
    #expect(file.refusal(holdsPassword: false) == nil)
    try workshop.run("chmod 600 config.toml")
    file = try ConfigurationFile(path: path)
    #expect(file.refusal(holdsPassword: true) == nil)
    #expect(throws: ConfigurationFileError.missing(workshop.file("none"))) { try ConfigurationFile(path: workshop.file("none")) }
  }

  @Test("A password command gives its first line; one that hangs, fails or says nothing is told apart")
  func passwordCommand() throws {
    #expect(try PasswordCommand.run("printf 'secret\\nmore\\n'") == "secret")
    #expect(throws: PasswordCommandError.self) { try PasswordCommand.run("sleep 60", timeout: .milliseconds(200)) }
    #expect(throws: PasswordCommandError.self) { try PasswordCommand.run("echo secret; exit 3") }
    #expect(throws: PasswordCommandError.self) { try PasswordCommand.run("true") }
  }

  @Test("The log stays within its bound and shows control characters instead of sending them")
  func log() throws {
    let log = LogFile(path: workshop.file("state/offhook.log"), bound: 1000)
    for number in 0..<100 { log.write("line \(number) \u{1B}[31m") }
    let current = workshop.read("state/offhook.log")
    #expect(current.count <= 1000 && workshop.read("state/offhook.log.1").count <= 1000)
    #expect(String(decoding: current, as: UTF8.self).hasSuffix("Z line 99 \\u{1b}[31m\n"))
    #expect(LogFile.stamp(WallTime(nanosecondsSince1970: 1_795_361_006_120_000_000)) == "2026-11-22T15:23:26.120Z")
  }

  @Test("Paths follow the XDG variables and pass relative ones over")
  func paths() {
    let plain = StandardPaths { ["HOME": "/home/alice"][$0] }
    #expect(plain.configurationFile == "/home/alice/.config/offhook/config.toml")
    #expect(plain.historyFile == "/home/alice/.local/share/offhook/history.sqlite" && plain.runtime == nil)
    let given = StandardPaths {
      ["HOME": "/h", "XDG_STATE_HOME": "/s", "XDG_DATA_HOME": "relative", "XDG_RUNTIME_DIR": "/run/1"][$0]
    }
    #expect(plain.demo.historyFile == "/home/alice/.local/share/offhook/demo/history.sqlite")
    #expect(
      given.logFile == "/s/offhook/offhook.log" && given.data == "/h/.local/share/offhook" && given.runtime == "/run/1/offhook")
  }

  @Test("Each configuration file has answer rules of its own, by whatever name it is called")
  func rulesOfEachFile() throws {
    try workshop.run("mkdir -p config/offhook && touch config/offhook/config.toml work.toml && ln -s work.toml link.toml")
    let usual = StandardPaths { ["HOME": "/h", "XDG_CONFIG_HOME": workshop.file("config")][$0] }
    let work = usual.with(configurationFile: workshop.file("work.toml"))
    #expect(usual.rulesFile == "/h/.local/share/offhook/answer-rules")
    #expect(usual.with(configurationFile: workshop.file("config/../config/offhook/config.toml")) == usual)
    #expect(work.rulesFile.hasPrefix(usual.rulesFile + ".") && work.rulesFile.hasSuffix("%work.toml"))
    #expect(usual.with(configurationFile: workshop.file("link.toml")) == work)
    #expect(work.historyFile == usual.historyFile)
    #expect(usual.with(configurationFile: "/" + String(repeating: "long/", count: 100)).rulesFile.utf8.count < 255)
  }
}
