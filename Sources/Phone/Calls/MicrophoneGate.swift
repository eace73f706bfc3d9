import Media

/// The proof that a person wants to be heard. It can be made out of a command only, and only out of those whose meaning it is.
struct UserAct: Sendable {
  private init() {}

  init?(_ command: PhoneCommand) {
    switch command {
    // Dialling and following are acts too: who calls wants to be heard by the one who answers.
    case .dial, .answer, .resume, .swap, .unmute, .talk, .followRedirection(_, true), .decideTransfer(_, true):
      self.init()
    case .answerMuted, .reject, .hangUp, .hold, .select, .mute, .sendDigits, .silenceRinger, .answerAutomatically, .doNotDisturb,
      .policy, .away, .locked, .register, .unregister, .followRedirection(_, false), .decideTransfer(_, false), .transfer,
      .transferToCall, .identify, .clearHistory, .status, .quit:
      return nil
    }
  }
}

/// The only maker of `MediaOrder.microphone(_, isOpen: true)`.
///
/// A call's microphone is open while all of these hold: a person has asked to be heard in this call (`want`, which takes a
/// `UserAct`), nobody has muted, and it is the one call that is talked to. Whatever a peer, an answer rule or a timer does can make
/// one of these false, never the first one true; and once an open microphone was shut for another reason than muting, the wish is
/// gone with it and a person has to act again. RFC 5373 section 7.4 is why.
struct MicrophoneGate: Sendable {
  private struct Line: Sendable {
    let call: CallID
    let stream: MediaStreamID
    var isWanted = false
    var isOpen = false
  }

  private var lines: [Line] = []
  private(set) var isMuted = false

  /// How many calls it keeps.
  var lineCount: Int { lines.count }

  mutating func add(_ call: CallID, stream: MediaStreamID) {
    lines.append(Line(call: call, stream: stream))
  }

  /// The call is over; its stream is closed by its owner.
  mutating func remove(_ call: CallID) {
    lines.removeAll { $0.call == call }
  }

  /// The call's stream was closed and opened once more: its microphone is shut now, and the person's wish holds.
  mutating func streamRenewed(_ call: CallID) {
    guard let index = lines.firstIndex(where: { $0.call == call }) else { return }
    lines[index].isOpen = false
  }

  /// A person wants to be heard in this call, now or as soon as it is talked to.
  mutating func want(_ call: CallID, by act: UserAct) {
    guard let index = lines.firstIndex(where: { $0.call == call }) else { return }
    lines[index].isWanted = true
  }

  /// The call is held, or answered without a microphone.
  mutating func withdraw(_ call: CallID) {
    guard let index = lines.firstIndex(where: { $0.call == call }) else { return }
    lines[index].isWanted = false
  }

  mutating func mute() {
    isMuted = true
  }

  mutating func unmute(by act: UserAct) {
    isMuted = false
  }

  func isOpen(_ call: CallID) -> Bool {
    lines.contains { $0.call == call && $0.isOpen }
  }

  /// Whether a person has asked to be heard in this call.
  func isWanted(_ call: CallID) -> Bool {
    lines.contains { $0.call == call && $0.isWanted }
  }

  /// Shuts and opens what has to be. `talking` is the call that is talked to, nil for none. Returns the calls whose microphone
  /// moved.
  mutating func settle(talking: CallID?, into outputs: inout [PhoneOutput]) -> [CallID] {
    var moved: [CallID] = []
    for index in lines.indices where lines[index].isOpen {
      let isTalking = lines[index].call == talking
      if !isTalking { lines[index].isWanted = false }
      guard !isTalking || isMuted || !lines[index].isWanted else { continue }
      lines[index].isOpen = false
      outputs.append(.media(.microphone(lines[index].stream, isOpen: false)))
      moved.append(lines[index].call)
    }
    // All that is to be shut is shut before the one is opened: two calls never hear the room at once.
    for index in lines.indices where !lines[index].isOpen && lines[index].call == talking {
      guard lines[index].isWanted, !isMuted else { continue }
      lines[index].isOpen = true
      outputs.append(.media(.microphone(lines[index].stream, isOpen: true)))
      moved.append(lines[index].call)
    }
    return moved
  }
}
