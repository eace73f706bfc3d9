internal import Media
internal import Phone
internal import SIPUserAgent
internal import SansIO

/// One seed: a world is drawn, lives through its faults with its users pressing keys, and is looked at by every checker. Then the
/// faults stop, and every call must end, every registration return and every table empty itself.
public struct Swarm: Sendable {
  /// Something that is to be done at a time of its own.
  private enum Due: Sendable {
    case act(phone: Int, Deed)
    case upset(Upset)
    case relief(Upset)
  }

  public let plan: SwarmPlan
  private var stage: SwarmWorld
  private var due = EventQueue<Due>()
  private var turns: [NodeID: (ringing: Int, talking: Int, remote: Int)] = [:]
  /// Phones whose user took them off the registrar last.
  private var unregistered: Set<Int> = []
  private var report: SwarmReport
  private let isChecked: Bool

  /// `isDetailed` keeps what a person wants to read about a failure.
  public init(_ plan: SwarmPlan, plant: Plant.Name? = nil, isDetailed: Bool = false, isChecked: Bool = true) {
    self.plan = plan
    self.isChecked = isChecked
    stage = SwarmWorld(plan, checkers: isChecked ? AllCheckers.make() : [])
    stage.world.isHashing = true
    stage.world.network.isRecording = isChecked
    stage.world.audio.isRecording = false
    stage.world.inputs.isRecording = isDetailed
    stage.world.plant = plant.map { Plant($0) }
    report = SwarmReport(seed: plan.seed)
    let start = Instant(nanoseconds: 0)
    for act in plan.acts where !plan.phones[act.phone].isAbsent { due.push(.act(phone: act.phone, act.deed), at: start + act.at) }
    for upset in plan.upsets { due.push(.upset(upset), at: start + upset.at) }
  }

  /// Runs one seed; when it fails, once more with everything recorded.
  public static func run(_ plan: SwarmPlan, plant: Plant.Name? = nil) -> SwarmReport {
    var first = Swarm(plan, plant: plant)
    let report = first.run()
    guard report.hasFailed else { return report }
    var second = Swarm(plan, plant: plant, isDetailed: true)
    return second.run()
  }

  public mutating func run() -> SwarmReport {
    let end = Instant(nanoseconds: 0) + plan.length
    while !hasFindings {
      let next = min(due.next ?? end, end)
      if stage.world.step(until: next) {
        react()
        continue
      }
      stage.world.advance(to: next)
      guard let what = due.pop(now: next) else {
        if next >= end { break }
        continue
      }
      carryOut(what)
      react()
    }
    if !hasFindings { calmDown() }
    conclude()
    return report
  }

  private var hasFindings: Bool {
    for checker in stage.world.checkers where !checker.findings.isEmpty { return true }
    return !report.findings.isEmpty
  }

  // MARK: Users

  private mutating func carryOut(_ what: Due) {
    switch what {
    case .act(phone: let phone, let deed): act(phone, deed)
    case .upset(let upset): begin(upset)
    case .relief(let upset): end(upset)
    }
  }

  private mutating func act(_ phone: Int, _ deed: Deed) {
    let node = stage.phones[phone]
    if deed == .unregister { unregistered.insert(phone) }
    if deed == .register { unregistered.remove(phone) }
    let calls = stage.world.calls(of: node)
    guard let command = deed.command(targets: plan.targets, calls: calls) else { return }
    stage.world.command(command, to: node)
  }

  /// Looks at what phones have said, and plans what their users do about it.
  private mutating func react() {
    for said in stage.world.takeReports() {
      guard case .call(let call) = said.event, let index = stage.phones.firstIndex(of: said.node) else { continue }
      let phone = plan.phones[index]
      var turn = turns[said.node] ?? (0, 0, 0)
      var reaction: SwarmPlan.Reaction?
      switch call.call.state {
      case .ringing:
        reaction = phone.whenRinging.isEmpty ? nil : phone.whenRinging[turn.ringing % phone.whenRinging.count]
        turn.ringing += 1
      case .talking:
        reaction = phone.whenTalking.isEmpty ? nil : phone.whenTalking[turn.talking % phone.whenTalking.count]
        turn.talking += 1
      case .remoteRinging:
        reaction = phone.whenRemoteRinging.isEmpty ? nil : phone.whenRemoteRinging[turn.remote % phone.whenRemoteRinging.count]
        turn.remote += 1
      case .ended:
        report.calls += 1
        if call.call.answeredAt != nil { report.answered += 1 }
      case .calling, .redirected, .held, .heldByPeer: break
      }
      turns[said.node] = turn
      if let reaction { due.push(.act(phone: index, reaction.deed), at: said.at + reaction.after) }
    }
  }

  // MARK: What befalls them

  private mutating func begin(_ upset: Upset) {
    if let phone = upset.phone, plan.phones[phone].isAbsent { return }
    let node = upset.phone.map { stage.phones[$0] } ?? NodeID(0)
    let now = stage.world.now.instant
    switch upset.kind {
    case .cutOff: stage.world.network.setDown(node, true)
    case .crash: stage.world.crash(node)
    case .stall: stage.world.stall(node, for: upset.duration)
    case .breakStreams: stage.world.network.breakStreams(of: node, now: now)
    case .silenceStreams: stage.world.network.silenceStreams(of: node, until: now + .seconds(900))
    case .rebind(let phone, let port):
      stage.world.network.remap(
        node, to: SocketAddress(SwarmPlan.Place.address(SwarmPlan.Place.nat(phone)), port: port))
    case .loseSockets: stage.world.network.loseListeners(of: node, now: now)
    case .loseDevice(_, let role):
      stage.world.tell(.device([.playback, .capture, .ring][role % 3], failure: "The device was pulled out."), to: node)
    case .noMediaPorts: stage.world.hasMediaPorts[node] = false
    case .exchangeDown(let index): exchange(index).map { stage.world.network.setDown($0, true) }
    case .exchangeCrash(let index): exchange(index).map { stage.world.crash($0) }
    case .storm(let faults): stage.world.network.faults = faults
    case .wallClock(let jump): stage.world.jumpWallClock(by: jump)
    }
    due.push(.relief(upset), at: now + upset.duration)
  }

  private mutating func end(_ upset: Upset) {
    let node = upset.phone.map { stage.phones[$0] } ?? NodeID(0)
    switch upset.kind {
    case .cutOff: stage.world.network.setDown(node, false)
    case .crash: stage.world.restart(node)
    case .loseSockets: stage.world.network.announceListeners(of: node, now: stage.world.now.instant)
    case .loseDevice(_, let role): stage.world.tell(.device([.playback, .capture, .ring][role % 3], failure: nil), to: node)
    case .noMediaPorts: stage.world.hasMediaPorts[node] = nil
    case .exchangeDown(let index): exchange(index).map { stage.world.network.setDown($0, false) }
    case .exchangeCrash(let index): exchange(index).map { stage.world.restart($0) }
    case .storm: stage.world.network.faults = plan.faults
    case .stall, .breakStreams, .silenceStreams, .rebind, .wallClock: break
    }
  }

  private func exchange(_ index: Int) -> NodeID? {
    stage.exchanges.isEmpty ? nil : stage.exchanges[index % stage.exchanges.count]
  }

  // MARK: Afterwards

  /// How long the longest pause between two attempts to register may be, and some.
  private static let patience = Duration.seconds(2400)

  private mutating func calmDown() {
    stage.world.network.faults = .none
    stage.world.silenceLiars()
    var reliefs: [Upset] = []
    while let planned = due.pop(now: Instant(nanoseconds: .max)) {
      if case .relief(let upset) = planned { reliefs.append(upset) }
    }
    for relief in reliefs { end(relief) }
    stage.world.network.faults = .none
    for (index, node) in stage.phones.enumerated() where !plan.phones[index].isAbsent {
      if unregistered.contains(index) { stage.world.command(.register(account: nil), to: node) }
      stage.world.command(.answerAutomatically(false), to: node)
      for call in stage.world.calls(of: node) { stage.world.command(.hangUp(call), to: node) }
    }
    let end = stage.world.now.instant + Self.patience
    while stage.world.now.instant < end, !hasFindings {
      stage.world.run(for: .seconds(20))
      react()
      if present.allSatisfy({ !stage.world.hasLiveCalls($0.node) && stage.world.isRegistered($0.node) }) { break }
    }
    // Whatever waits for repetitions, forks and late answers has had its time after this.
    stage.world.run(for: .seconds(400))
    react()
    judge()
    stage.world.finishCheckers()
  }

  private var present: [(index: Int, node: NodeID)] {
    stage.phones.enumerated().filter { !plan.phones[$0.offset].isAbsent }.map { ($0.offset, $0.element) }
  }

  private mutating func judge() {
    guard isChecked else { return }
    for (index, node) in present {
      if stage.world.hasLiveCalls(node) { find("call never ended", "phone\(index) still has a call.", node) }
      if !stage.world.isRegistered(node) {
        find("registration did not return", "phone\(index): \(stage.world.accountStates(of: node))", node, about: "REGISTER")
      }
      for table in stage.world.tableSizes(of: node) where table.count > Self.allowance(table.name) {
        find("table does not empty itself", "phone\(index) keeps \(table.count) in “\(table.name)” when all is quiet.", node)
      }
    }
    for node in stage.exchanges {
      for table in stage.world.tableSizes(of: node) where table.count > Self.allowance(table.name) {
        let sentence = "\(stage.world.network.name(of: node)) keeps \(table.count) in “\(table.name)” when all is quiet."
        find("table does not empty itself", sentence, node)
      }
    }
  }

  /// What may be left when nothing goes on but registrations, which may just be refreshed.
  private static func allowance(_ table: String) -> Int {
    switch table {
    case "history": 200
    case "notices": 50
    case "connections", "streams": 40
    // One for each flow of the account (RFC 5626).
    case "registrations": AccountConfiguration.usualFlows
    case "bindings": 16
    case "sessions", "dialogs", "dialogs of sessions", "unanswered requests", "held requests", "microphone lines",
      "waiting for flows", "calls":
      0
    default: 16
    }
  }

  private mutating func find(_ rule: String, _ sentence: String, _ node: NodeID, about method: String? = nil) {
    var finding = Finding(rule: rule, sentence: sentence, at: stage.world.now.instant, node: node)
    finding.method = method
    report.findings.append(finding)
  }

  private mutating func conclude() {
    report.findings = stage.world.findings + report.findings
    report.duration = stage.world.now.instant - Instant(nanoseconds: 0)
    report.messages = stage.world.network.passages.count
    report.trace = stage.world.traceHash
    guard stage.world.inputs.isRecording, let first = report.findings.first else { return }
    report.ladder = stage.world.ladder(about: first)
    report.wholeMessages = stage.world.messages(about: first)
    report.inputs = stage.world.lastInputs(before: first, atMost: 30)
  }
}
