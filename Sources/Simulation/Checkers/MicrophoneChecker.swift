public import Media
public import Phone
public import SansIO

/// No captured sound leaves a phone before its user has accepted this very call: by dialling it, answering it, or asking to be
/// heard in it. What a peer, a timer or a rule does never opens a microphone, a muted one stays shut, and only one is open at a
/// time.
///
/// Which acts mean which calls is told from what the phone reported before, not from what it does with them.
public struct MicrophoneChecker: Checker {
  private struct Line: Hashable, Sendable {
    var node: NodeID
    var call: CallID
  }

  private struct Stream: Hashable, Sendable {
    var node: NodeID
    var stream: MediaStreamID
  }

  private var states: [Line: CallSnapshot.State] = [:]
  /// The person at that phone asked to be heard in that call, and the wish was not used up.
  private var accepted: Set<Line> = []
  private var muted: Set<NodeID> = []
  private var open: [Stream: Line] = [:]
  /// Of the step that is going on.
  private var isDialling = false
  private var moves: [(stream: MediaStreamID, isOpen: Bool)] = []
  private var reports: [(call: CallID, isOpen: Bool)] = []
  private var closed: [MediaStreamID] = []
  public private(set) var findings: [Finding] = []

  public init() {}

  public mutating func acted(_ command: PhoneCommand, at node: NodeID, _ now: Instant) {
    switch command {
    // Consent to a transfer calls somebody, as dialling does.
    case .dial, .decideTransfer(_, true): isDialling = true
    case .answer(let call): accept(call, at: node) { $0 == .ringing }
    case .unmute, .talk:
      muted.remove(node)
      accept(nil, at: node) { $0 == .talking || $0 == .heldByPeer }
    case .resume(let call): accept(call, at: node) { $0 == .held }
    case .swap: accept(nil, at: node) { $0 == .held }
    case .followRedirection(let call, true):
      accept(call, at: node) { state in
        if case .redirected = state { true } else { false }
      }
    case .mute: muted.insert(node)
    case .answerMuted, .reject, .hangUp, .hold, .select, .sendDigits, .silenceRinger, .answerAutomatically, .doNotDisturb,
      .policy, .away, .locked, .register, .unregister, .followRedirection(_, false), .decideTransfer(_, false), .transfer,
      .transferToCall, .identify, .clearHistory, .status, .quit:
      break
    }
  }

  /// nil: all calls that may be meant.
  private mutating func accept(_ call: CallID?, at node: NodeID, where fits: (CallSnapshot.State) -> Bool) {
    if let call {
      accepted.insert(Line(node: node, call: call))
    } else {
      for (line, state) in states where line.node == node && fits(state) { accepted.insert(line) }
    }
  }

  public mutating func ordered(_ order: MediaOrder, at node: NodeID, _ now: Instant) {
    switch order {
    case .microphone(let stream, let isOpen): moves.append((stream, isOpen))
    case .close(let stream): closed.append(stream)
    case .open, .run, .sendDigits, .focus, .tone, .ring: break
    }
  }

  public mutating func told(_ event: PhoneEvent, by node: NodeID, _ now: Instant) {
    switch event {
    case .call(let report):
      let line = Line(node: node, call: report.call.id)
      let isNew = states[line] == nil
      states[line] = report.call.state
      if isNew, isDialling, !report.call.isIncoming { accepted.insert(line) }
      // An act of answering may come before the sockets are there, which is before the call is said to ring.
      if case .ended = report.call.state {
        states[line] = nil
        accepted.remove(line)
      }
    case .media(let report):
      if case .microphone(let isOpen) = report.change { reports.append((report.call, isOpen)) }
    case .snapshot, .registration, .flow, .transfer, .identity, .message, .policy, .error: break
    }
  }

  public mutating func settled(_ node: NodeID, _ now: Instant) {
    for stream in closed { open[Stream(node: node, stream: stream)] = nil }
    // Each order comes with a report, in the same sequence; one without is nobody's wish.
    for (index, move) in moves.enumerated() {
      let key = Stream(node: node, stream: move.stream)
      guard reports.indices.contains(index), reports[index].isOpen == move.isOpen else {
        if move.isOpen {
          report("microphone opened unasked", "The microphone of stream \(move.stream) opened; nobody was told.", node, now)
        }
        continue
      }
      let line = Line(node: node, call: reports[index].call)
      if move.isOpen { opened(line, key, now) } else { shut(line, key) }
    }
    moves = []
    reports = []
    closed = []
    isDialling = false
  }

  private mutating func opened(_ line: Line, _ stream: Stream, _ now: Instant) {
    if !accepted.contains(line) {
      report("microphone opened unasked", "The microphone of call \(line.call) opened; nobody had asked for it.", line.node, now)
    }
    if muted.contains(line.node) {
      report("muted microphone opened", "The microphone of call \(line.call) opened although it is muted.", line.node, now)
    }
    if let other = open.first(where: { $0.key.node == line.node && $0.value != line }) {
      report("two microphones open", "Calls \(line.call) and \(other.value.call) hear the room at once.", line.node, now)
    }
    open[stream] = line
  }

  /// The wish is used up, unless muting is all that shut it; then unmuting is an act of its own.
  private mutating func shut(_ line: Line, _ stream: Stream) {
    open[stream] = nil
    accepted.remove(line)
  }

  public mutating func crashed(_ node: NodeID, _ now: Instant) {
    states = states.filter { $0.key.node != node }
    accepted = accepted.filter { $0.node != node }
    open = open.filter { $0.key.node != node }
    muted.remove(node)
  }

  private mutating func report(_ rule: String, _ sentence: String, _ node: NodeID, _ now: Instant) {
    findings.append(Finding(rule: rule, sentence: sentence, at: now, node: node))
  }
}
