import Media
public import SIPMessages
import SIPUserAgent
import SansIO

extension Phone {
  /// What Allow lists.
  public static let allowedMethods: [Method] = [.invite, .ack, .cancel, .bye, .options, .prack, .update]

  /// How many calls history shows.
  static let historyLength = 200
  /// How long an ended call stays to be read, and how many of them at most.
  static let endedCallLingers: Duration = .seconds(6)
  static let maximumEndedCalls = 8
  /// Registrations do not wait longer than this for sockets that never report.
  private static let startPatience: Duration = .seconds(1)
  /// `quit` takes no longer than this, whatever peers do.
  private static let quitPatience: Duration = .seconds(2)
  /// After BYE and CANCEL, long enough for one retransmission (timer E starts at 500 ms).
  private static let farewellTime: Duration = .milliseconds(600)

  /// Runs once, before the first input.
  mutating func start(_ step: inout PhoneStep) {
    guard case .new = lifecycle else { return }
    step.hasChanged = true
    step.outputs.append(.event(.snapshot(snapshot)))
    step.outputs.append(.storage(.query(limit: Self.historyLength)))
    step.outputs.append(.storage(.loadRules))
    lifecycle = .starting(missing: configuration.network.listen.count, until: step.now.instant + Self.startPatience)
    if configuration.network.listen.isEmpty { beginRunning(&step) }
  }

  private mutating func beginRunning(_ step: inout PhoneStep) {
    lifecycle = .running
    for index in accounts.indices where accounts[index].settings.registers { register(index, &step) }
  }

  /// Sockets of our own; the user agent hears of them too.
  mutating func receive(_ event: NetworkEvent, _ step: inout PhoneStep) {
    switch event {
    case .listening(let id, _, let address, _):
      setTrouble("listener \(id)", nil, &step)
      if case .starting = lifecycle { tellOfAnotherPort(id, address.port, &step) }
      listenerReported(&step)
    case .listenerFailed(let id, let transport, let reason):
      setTrouble("listener \(id)", "Cannot receive calls over \(transport): \(reason)", &step)
      listenerReported(&step)
    case .datagram, .datagramFailed, .opened, .accepted, .bytes, .failed, .resolved: break
    }
  }

  /// The usual port is another program's, and sockets that move do so together.
  private mutating func tellOfAnotherPort(_ id: ListenerID, _ port: UInt16, _ step: inout PhoneStep) {
    let listeners = configuration.network.listen
    guard let first = listeners.firstIndex(where: \.mayMove), id.rawValue == UInt64(first + 1) else { return }
    let wanted = listeners[first].address.port
    guard port != wanted else { return }
    // Who is called at the machine's address and nowhere else is called there no more.
    let isDirect = accounts.contains { !$0.settings.registers }
    let words = "Port \(wanted) is taken by another program; this phone uses port \(port) instead."
    notice(isDirect ? .warning : .information, words, &step)
  }

  /// The user agent hears of the socket after this, so registering waits for `expire` at the end of the step.
  private mutating func listenerReported(_ step: inout PhoneStep) {
    guard case .starting(let missing, let until) = lifecycle else { return }
    lifecycle = .starting(missing: missing - 1, until: missing <= 1 ? step.now.instant : until)
  }

  mutating func receive(_ event: StorageEvent, _ step: inout PhoneStep) {
    switch event {
    case .history(let records):
      setTrouble("storage", nil, &step)
      // Calls that ended while the answer was on its way are newer than all it holds.
      let newer = history.filter { own in own.id == nil && !records.contains { $0.callID == own.callID && !own.callID.isEmpty } }
      history = Array((newer + records).prefix(Self.historyLength))
    case .rules(let text): receive(rules: text, &step)
    case .failed(let reason):
      setTrouble("storage", "History is not kept: \(reason)", &step)
    }
  }

  // MARK: Time

  var ownDeadline: Instant? {
    var earliest: Instant?
    func consider(_ candidate: Instant) { earliest = min(earliest ?? candidate, candidate) }
    switch lifecycle {
    case .new, .running, .finished: break
    case .starting(_, let until): consider(until)
    case .quitting(let first, let latest): consider(hasFarewellsLeft ? latest : first)
    }
    if let accountDeadline { consider(accountDeadline) }
    if let endSound { consider(endSound.until) }
    for question in transferQuestions { consider(question.until) }
    if let announcement { consider(announcement.sound.until) }
    for index in calls.indices {
      if calls[index].isEnded {
        if case .ended(_, let removeAt) = calls[index].phase { consider(removeAt) }
      } else {
        if let leaveAt = calls[index].leaveAt { consider(leaveAt) }
        if let end = silenceEnds(index) { consider(end) }
      }
    }
    return earliest
  }

  /// Does what is due. The deadlines of the user agent are its own.
  mutating func expire(_ step: inout PhoneStep) {
    let now = step.now.instant
    if case .starting(_, let until) = lifecycle, until <= now {
      beginRunning(&step)
      step.hasChanged = true
    }
    expireAccounts(&step)
    if let sound = endSound, sound.until <= now {
      endSound = nil
      step.hasChanged = true
    }
    expireTransferQuestions(&step)
    for index in calls.indices {
      guard !calls[index].isEnded, let leaveAt = calls[index].leaveAt, leaveAt <= now else { continue }
      hangUp(calls[index].id, &step)
      step.hasChanged = true
    }
    pursueTransfers(&step)
    if let sound = announcement?.sound, sound.until <= now {
      announcement = nil
      step.hasChanged = true
    }
    endSilentCalls(&step)
    let hasOutlived = calls.indices.contains { index in
      guard calls[index].isEnded, case .ended(_, let removeAt) = calls[index].phase else { return false }
      return removeAt <= now
    }
    if hasOutlived {
      calls.removeAll { call in
        if case .ended(_, let removeAt) = call.phase { removeAt <= now } else { false }
      }
      step.hasChanged = true
      if let selected = selectedCall, index(of: selected) == nil { selectedCall = calls.last { !$0.isEnded }?.id }
    }
    if case .quitting(let earliest, let latest) = lifecycle, latest <= now || (earliest <= now && !hasFarewellsLeft) {
      lifecycle = .finished
      step.hasChanged = true
      step.outputs.append(.finished)
    }
  }

  // MARK: The end

  /// A registrar still has to confirm that we are gone.
  private var hasFarewellsLeft: Bool {
    accounts.contains { $0.isLeaving }
  }

  mutating func quit(_ step: inout PhoneStep) {
    switch lifecycle {
    case .quitting, .finished: return
    case .new, .starting, .running: break
    }
    let hadCalls = calls.contains { !$0.isEnded }
    for call in calls where !call.isEnded { hangUp(call.id, &step) }
    for index in accounts.indices { unregister(index, &step) }
    let now = step.now.instant
    lifecycle = .quitting(earliest: hadCalls ? now + Self.farewellTime : now, latest: now + Self.quitPatience)
  }
}
