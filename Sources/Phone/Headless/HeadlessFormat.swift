import Media
import SIPMessages
import SansIO

/// Writes what happens as JSON, one object a line, for the headless mode; and the state as a whole for `offhook status --json`.
///
/// Fields are stable: new ones may come, these keep their names and meanings. A field without a value is left out. Times are whole
/// milliseconds when the name ends in `_ms`, else whole seconds. The catalogue's article *The headless mode* lists all fields.
public enum HeadlessFormat {
  /// Raised when a field changes its meaning or goes.
  public static let version = 1

  /// One line, without its line end. No character in it moves a terminal's cursor.
  public static func line(_ event: PhoneEvent) -> String {
    var object = JSONObject()
    switch event {
    case .snapshot(let snapshot):
      object.add("event", "snapshot")
      add(snapshot, to: &object)
    case .registration(let report):
      object.add("event", "registration")
      add(report, to: &object)
    case .flow(let report):
      object.add("event", "flow")
      add(report, to: &object)
    case .call(let report):
      object.add("event", "call")
      object.add("call", Int(clamping: report.call.id.rawValue))
      object.add("account", report.account)
      add(report.call, to: &object)
      object.add("status", report.status)
      object.add("reason", report.reason)
      object.add("outcome", report.outcome?.rawValue)
      object.add("call_id", report.callID)
    case .media(let report):
      object.add("event", "media")
      object.add("call", Int(clamping: report.call.rawValue))
      object.add("account", report.account)
      add(report.change, to: &object)
    case .transfer(let report):
      object.add("event", "transfer")
      add(report, to: &object)
    case .identity(let report):
      object.add("event", "identity")
      object.add("call", Int(clamping: report.call.rawValue))
      object.add("account", report.account)
      add(report, to: &object)
    case .message(let notice):
      object.add("event", "message")
      object.add("level", word(notice.level))
      object.add("text", notice.text)
      object.add("time", Int(clamping: notice.at.secondsSince1970))
    case .policy(let report):
      object.add("event", "policy")
      object.add("subject", report.subject.rawValue)
      object.add("rule", report.rule)
      object.add("outcome", report.outcome)
      object.add("status", report.status)
      object.add("lines", .array(report.lines.map { .string($0) }))
    case .error(let report):
      object.add("event", "error")
      object.add("call", report.call.map { Int(clamping: $0.rawValue) })
      object.add("reason", report.reason)
    }
    return object.value.text
  }

  /// The line for a command that could not be read.
  public static func line(_ error: CommandError) -> String {
    line(.error(ErrorReport(reason: error.expected)))
  }

  /// The state as one object: the snapshot event without its `event` field.
  public static func status(_ snapshot: PhoneSnapshot) -> String {
    var object = JSONObject()
    add(snapshot, to: &object)
    return object.value.text
  }

  // MARK: Parts

  private static func add(_ snapshot: PhoneSnapshot, to object: inout JSONObject) {
    object.add("version", version)
    object.add("accounts", .array(snapshot.accounts.map { account($0) }))
    object.add(
      "calls",
      .array(
        snapshot.calls.map { call in
          var part = JSONObject()
          part.add("call", Int(clamping: call.id.rawValue))
          part.add("account", snapshot.accounts.first { $0.number == call.account }?.address)
          add(call, to: &part)
          return part.value
        }))
    object.add("selected", snapshot.selectedCall.map { Int(clamping: $0.rawValue) })
    object.add("muted", snapshot.isMicrophoneMuted)
    object.add("policy", snapshot.answersAutomatically ? "auto" : "ring")
    object.add("dnd", snapshot.doNotDisturb)
    object.add(
      "transfers",
      .array(
        snapshot.transferQuestions.map { question in
          var part = JSONObject()
          part.add("call", Int(clamping: question.call.rawValue))
          part.add("by", question.by)
          part.add("name", question.name)
          part.add("target", question.target)
          return part.value
        }))
    object.add("away", snapshot.answering.isAway)
    object.add("locked", snapshot.answering.isLocked)
    object.add("rules", .array(snapshot.answering.rules.map { .string($0.line) }))
    object.add("history", .array(snapshot.history.prefix(20).map { record($0) }))
    object.add("troubles", .array(snapshot.troubles.map { .string($0) }))
  }

  private static func account(_ account: AccountSnapshot) -> JSONValue {
    var part = JSONObject()
    part.add("number", account.number)
    part.add("account", account.address)
    part.add("name", account.displayName)
    switch account.state {
    case .ready: part.add("state", "ready")
    case .registering: part.add("state", "registering")
    case .failed(let why, _):
      part.add("state", "failed")
      part.add("reason", why)
    case .offline: part.add("state", "offline")
    case .direct: part.add("state", "direct")
    }
    part.add("transport", account.transport)
    part.add("flows_ready", account.flowsReady)
    part.add("flows_wanted", account.flowsWanted)
    if !account.flows.isEmpty { part.add("flows", .array(account.flows.map { flow($0) })) }
    return part.value
  }

  private static func add(_ report: RegistrationReport, to object: inout JSONObject) {
    object.add("account", report.account)
    object.add("flow", report.flow)
    object.add("state", report.state.rawValue)
    object.add("transport", report.transport)
    object.add("status", report.status)
    object.add("reason", report.reason)
    object.add("expires", report.expires.map { Int(clamping: $0.components.seconds) })
    object.add("retry_in_ms", report.retryIn.map { Int(clamping: $0.wholeMilliseconds) })
  }

  private static func add(_ report: TransferReport, to object: inout JSONObject) {
    object.add("call", Int(clamping: report.call.rawValue))
    object.add("account", report.account)
    object.add("direction", report.isIncoming ? "incoming" : "outgoing")
    object.add("state", report.state.rawValue)
    object.add("name", report.name)
    object.add("target", report.target)
    object.add("status", report.status)
    object.add("reason", report.reason)
    object.add("new_call", report.newCall.map { Int(clamping: $0.rawValue) })
  }

  private static func add(_ call: CallSnapshot, to object: inout JSONObject) {
    object.add("direction", call.isIncoming ? "incoming" : "outgoing")
    object.add("state", word(call.state))
    object.add("peer", call.peer.uri)
    object.add("name", call.peer.name)
    object.add("address", call.peer.address)
    object.add("trust", word(call.peer.trust))
    object.add("source", call.peer.source.rawValue)
    object.add("imitates", call.peer.imitates)
    object.add("withheld", call.peer.isWithheld ? true : nil)
    add(call.peer.verification, to: &object)
    object.add("anonymous", call.isAnonymous ? true : nil)
    object.add("presented", call.presented)
    object.add("sent_on", call.sentOn?.words)
    object.add("subject", call.subject)
    object.add("downgraded", call.isDowngraded ? true : nil)
    object.add("microphone", call.isMicrophoneOpen ? "open" : "shut")
    object.add("automatic", call.wasAnsweredAutomatically)
    object.add("asks", call.asks)
    object.add("not_done", call.obstacle)
    object.add("answered_by", call.answeredBy?.rawValue)
    object.add("codec", call.codec)
    if let alert = call.alert {
      object.add("alert", .array(alert.urns.map { .string("\($0)") }))
      object.add("alert_words", alert.words.isEmpty ? nil : alert.words)
      object.add("alert_light", alert.light?.rawValue)
      object.add("alert_ignored", alert.ignored > 0 ? alert.ignored : nil)
    }
    if case .redirected(let targets) = call.state { object.add("targets", .array(targets.map { .string($0) })) }
    if let answered = call.answeredAt, let ended = call.endedAt {
      object.add("talked_ms", Int(clamping: (ended - answered).wholeMilliseconds))
    }
  }

  private static func add(_ change: MediaReport.Change, to object: inout JSONObject) {
    switch change {
    case .running(let direction, let codec):
      object.add("state", "running")
      object.add("direction", direction.rawValue)
      object.add("codec", codec)
    case .microphone(let isOpen):
      object.add("state", "microphone")
      object.add("microphone", isOpen ? "open" : "shut")
    case .digitReceived(let digit):
      object.add("state", "digit-received")
      object.add("digits", String(digit))
    case .digitsSent(let digits):
      object.add("state", "digits-sent")
      object.add("digits", digits)
    case .statistics(let statistics):
      object.add("state", "statistics")
      add(statistics, to: &object)
    case .closed:
      object.add("state", "closed")
    }
  }

  private static func add(_ statistics: MediaStatistics, to object: inout JSONObject) {
    object.add("packets_sent", Int(clamping: statistics.packetsSent))
    object.add("packets_received", Int(clamping: statistics.packetsReceived))
    object.add("packets_lost", Int(clamping: statistics.packetsLost))
    object.add("packets_late", Int(clamping: statistics.packetsLate))
    object.add("jitter_ms", Int(clamping: statistics.jitter.wholeMilliseconds))
    object.add("round_trip_ms", statistics.roundTrip.map { Int(clamping: $0.wholeMilliseconds) })
    object.add("buffer_ms", Int(clamping: statistics.bufferDepth.wholeMilliseconds))
    object.add("concealed_ms", Int(clamping: statistics.concealed.wholeMilliseconds))
  }

  /// `offhook history --json`: one record, with its timeline, on one line.
  public static func line(_ record: CallRecord) -> String { self.record(record).text }

  static func record(_ record: CallRecord) -> JSONValue {
    var part = JSONObject()
    part.add("account", record.account)
    part.add("direction", record.isIncoming ? "incoming" : "outgoing")
    part.add("peer", record.peerURI)
    part.add("name", record.peerName)
    part.add("address", record.peerAddress)
    part.add("started", Int(clamping: record.startedAt.secondsSince1970))
    part.add("talked_ms", record.talked.map { Int(clamping: $0.wholeMilliseconds) })
    part.add("outcome", record.outcome.rawValue)
    part.add("automatic", record.wasAnsweredAutomatically)
    part.add("reason", record.detail)
    part.add("call_id", record.callID.isEmpty ? nil : record.callID)
    part.add("timeline", record.timeline.isEmpty ? nil : .array(record.timeline.map { $0.json }))
    return part.value
  }

  // MARK: Words

  private static func word(_ state: CallSnapshot.State) -> String {
    switch state {
    case .calling: "calling"
    case .remoteRinging: "remote-ringing"
    case .ringing: "ringing"
    case .redirected: "redirected"
    case .talking: "talking"
    case .held: "held"
    case .heldByPeer: "held-by-peer"
    case .ended: "ended"
    }
  }

  static func word(_ trust: PeerSnapshot.Trust) -> String {
    switch trust {
    case .checkedHere: "checked-here"
    case .saidByProvider: "said-by-provider"
    case .saidByPeer: "said-by-peer"
    }
  }

  private static func word(_ level: Notice.Level) -> String {
    switch level {
    case .information: "information"
    case .warning: "warning"
    case .failure: "failure"
    }
  }
}
