public import Media
public import Phone
public import SansIO

/// No sound leaves a phone before its user has done something that asks for it: dialled, answered, or opened the microphone.
public struct MicrophoneChecker: Checker {
  /// Acts that may open the microphone and were not used up, for each phone.
  private var acts: [NodeID: Int] = [:]
  public private(set) var violations: [String] = []

  public init() {}

  public mutating func acted(_ command: PhoneCommand, at node: NodeID, _ now: Instant) {
    switch command {
    case .dial, .answer, .unmute, .talk, .resume, .swap, .followRedirection, .decideTransfer(_, true):
      acts[node, default: 0] += 1
    case .answerMuted, .reject, .hangUp, .hold, .select, .mute, .sendDigits, .silenceRinger, .answerAutomatically, .doNotDisturb,
      .policy, .away, .locked, .register, .unregister, .transfer, .transferToCall, .decideTransfer(_, false), .clearHistory,
      .status, .quit:
      break
    }
  }

  public mutating func ordered(_ order: MediaOrder, at node: NodeID, _ now: Instant) {
    guard case .microphone(let stream, isOpen: true) = order else { return }
    if acts[node, default: 0] == 0 {
      violations.append(
        "The microphone of stream \(stream) opened at \(now.nanoseconds / 1_000_000) ms, and nobody had asked for it.")
    }
  }
}
