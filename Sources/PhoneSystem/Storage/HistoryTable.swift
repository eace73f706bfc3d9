import GRDB
import Phone
import SansIO

/// How a `CallRecord` lies in the database.
enum HistoryTable {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("calls") { database in
      try database.create(table: "call") { table in
        table.autoIncrementedPrimaryKey("id")
        table.column("account", .text).notNull()
        table.column("isIncoming", .boolean).notNull()
        table.column("peerName", .text)
        table.column("peerAddress", .text).notNull()
        table.column("peerURI", .text).notNull()
        // Nanoseconds since 1970, UTC.
        table.column("startedAt", .integer).notNull().indexed()
        // Nanoseconds; NULL when it was not answered.
        table.column("talked", .integer)
        table.column("outcome", .text).notNull()
        table.column("wasAnsweredAutomatically", .boolean).notNull()
        table.column("detail", .text)
        table.column("callID", .text).notNull()
      }
    }
    migrator.registerMigration("timeline") { database in
      try database.alter(table: "call") { table in
        // Who was on the call, as `TimelineEntry.text` writes it; NULL for calls of earlier versions.
        table.add(column: "timeline", .text)
      }
    }
    return migrator
  }

  static func insert(_ record: CallRecord, into database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO call (account, isIncoming, peerName, peerAddress, peerURI, startedAt, talked, outcome, wasAnsweredAutomatically,
          detail, callID, timeline) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        record.account, record.isIncoming, record.peerName, record.peerAddress, record.peerURI,
        record.startedAt.nanosecondsSince1970, record.talked?.wholeNanoseconds, record.outcome.rawValue,
        record.wasAnsweredAutomatically, record.detail, record.callID,
        record.timeline.isEmpty ? nil : TimelineEntry.text(record.timeline),
      ])
  }

  /// Every record, and what SQLite would keep of them in free pages.
  static func clear(_ database: Database) throws {
    try database.execute(sql: "PRAGMA secure_delete = ON")
    try database.execute(sql: "DELETE FROM call")
  }

  static func newest(_ limit: Int, in database: Database) throws -> [CallRecord] {
    let rows = try Row.fetchAll(
      database, sql: "SELECT * FROM call ORDER BY startedAt DESC, id DESC LIMIT ?", arguments: [max(limit, 0)])
    return rows.compactMap(record)
  }

  /// nil for a row that a later version wrote in a way that this one does not know.
  private static func record(_ row: Row) -> CallRecord? {
    guard let outcome = (row["outcome"] as String?).flatMap(CallRecord.Outcome.init(rawValue:)),
      let startedAt = row["startedAt"] as Int64?
    else { return nil }
    var record = CallRecord(
      id: row["id"], account: row["account"] ?? "", isIncoming: row["isIncoming"] ?? false, peerName: row["peerName"],
      peerAddress: row["peerAddress"] ?? "", peerURI: row["peerURI"] ?? "", startedAt: WallTime(nanosecondsSince1970: startedAt),
      talked: (row["talked"] as Int64?).map { .nanoseconds($0) }, outcome: outcome,
      wasAnsweredAutomatically: row["wasAnsweredAutomatically"] ?? false, detail: row["detail"], callID: row["callID"] ?? "")
    record.timeline = (row["timeline"] as String?).map { TimelineEntry.timeline($0) } ?? []
    return record
  }
}
