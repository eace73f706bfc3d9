import Dispatch
import GRDB
import Glibc
public import Phone
import SansIO

/// The history of calls in SQLite, on a queue of its own.
///
/// The file is opened by the first order, so that starting the phone does not wait for it. One that is damaged is moved aside
/// and a new one begun; one that cannot be written, for want of space for instance, is reported and the phone goes on.
public final class HistoryDatabase: Sendable {
  private final class Confined: @unchecked Sendable {
    // Sendable: touched on `queue` only.
    var database: DatabaseQueue?
    var lastComplaint: String?
  }

  private let path: String
  private let rules: RuleStore
  private let queue = DispatchQueue(label: "offhook.history", qos: .utility)
  private let confined = Confined()
  private let events: @Sendable (StorageEvent) -> Void
  private let clock = SystemClock()

  /// - Parameter events: called on the database's queue; it should only post.
  public init(path: String, rulesFile: String, events: @escaping @Sendable (StorageEvent) -> Void) {
    self.path = path
    rules = RuleStore(path: rulesFile)
    self.events = events
  }

  /// Orders are carried out one after the other. `query` is answered by `StorageEvent.history`; both may be answered by `failed`.
  public func post(_ order: StorageOrder) {
    queue.async { [self] in carryOut(order) }
  }

  /// Waits until everything that was posted has been carried out, and closes the file.
  public func close() {
    queue.sync {
      try? confined.database?.close()
      confined.database = nil
    }
  }

  private func carryOut(_ order: StorageOrder) {
    do {
      switch order {
      case .record(let record): try openIfNeeded().write { try HistoryTable.insert(record, into: $0) }
      case .clear: try openIfNeeded().write { try HistoryTable.clear($0) }
      case .query(let limit): events(.history(try openIfNeeded().read { try HistoryTable.newest(limit, in: $0) }))
      // Answer rules are a text for people too, and no table.
      case .saveRules(let text): if let failure = rules.save(text) { events(.failed(failure)) }
      case .loadRules: if let text = rules.load() { events(.rules(text)) }
      }
      confined.lastComplaint = nil
    } catch {
      if (error as? DatabaseError).map({ Self.isDamage($0) }) == true {
        startAgain()
      } else {
        complain(Self.sentence(for: error, path))
      }
    }
  }

  private func complain(_ sentence: String) {
    guard sentence != confined.lastComplaint else { return }
    confined.lastComplaint = sentence
    events(.failed(sentence))
  }

  private func openIfNeeded() throws -> DatabaseQueue {
    if let database = confined.database { return database }
    do {
      return try open()
    } catch let error as DatabaseError where Self.isDamage(error) {
      startAgain()
      return try open()
    }
  }

  private func open() throws -> DatabaseQueue {
    StandardPaths.makeFolder(StandardPaths.folder(of: path))
    var configuration = GRDB.Configuration()
    configuration.label = "history"
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      // A power cut may cost the last call's record, never the file.
      try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -256")
    }
    let database = try DatabaseQueue(path: path, configuration: configuration)
    unsafe chmod(path, 0o600)
    try HistoryTable.migrator.migrate(database)
    confined.database = database
    return database
  }

  /// Puts the damaged file aside, under a name that is free.
  private func startAgain() {
    try? confined.database?.close()
    confined.database = nil
    let aside = "\(path).damaged-\(clock.now().wallTime.secondsSince1970)"
    for suffix in ["", "-wal", "-shm"] { unsafe rename(path + suffix, aside + suffix) }
    complain("the call history was damaged; it was moved to \(aside) and a new one was begun")
  }

  private static func isDamage(_ error: DatabaseError) -> Bool {
    error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB
  }

  private static func sentence(for error: any Error, _ path: String) -> String {
    switch (error as? DatabaseError)?.resultCode {
    case .SQLITE_FULL?: "the disk is full; calls are not written into the history until there is space"
    case .SQLITE_CANTOPEN?: "the call history \(path) cannot be opened; calls are not written down"
    case .SQLITE_READONLY?, .SQLITE_PERM?: "the call history \(path) may not be written by this user; calls are not written down"
    case .SQLITE_BUSY?, .SQLITE_LOCKED?: "the call history \(path) is in use by another program; a call was not written down"
    case .SQLITE_IOERR?: "the disk reported an error; a call was not written into the history"
    default: "the call history does not work: \(error)"
    }
  }
}
