internal import Phone

/// What a user of a swarm does; which call is meant is found when it is done.
public enum Deed: Hashable, Sendable {
  /// One of the plan's targets.
  case dial(Int)
  case answer, answerMuted, reject(Int?), hangUp, hold, resume, swap, mute, unmute, talk, silence
  case digits(String)
  /// The call at that place of the list, whatever state it is in.
  case hangUpAt(Int), answerAt(Int), holdAt(Int), resumeAt(Int), selectAt(Int)
  case answerAutomatically(Bool), doNotDisturb(Bool)
  case register, unregister, follow(Bool), clearHistory
  /// To one of the plan's targets, and of the call that is talked to, to the call at that place.
  case transfer(Int), transferToCall(Int), decideTransfer(Bool)

  /// nil when there is no such call or target.
  func command(targets: [String], calls: [CallID]) -> PhoneCommand? {
    func call(_ place: Int) -> CallID? { calls.isEmpty ? nil : calls[place % calls.count] }
    return switch self {
    case .dial(let target): targets.isEmpty ? nil : .dial(targets[target % targets.count], account: nil)
    case .answer: .answer(nil)
    case .answerMuted: .answerMuted(nil)
    case .reject(let status): .reject(nil, status: status)
    case .hangUp: .hangUp(nil)
    case .hold: .hold(nil)
    case .resume: .resume(nil)
    case .swap: .swap
    case .mute: .mute
    case .unmute: .unmute
    case .talk: .talk
    case .silence: .silenceRinger(nil)
    case .digits(let digits): .sendDigits(digits)
    case .hangUpAt(let place): call(place).map { .hangUp($0) }
    case .answerAt(let place): call(place).map { .answer($0) }
    case .holdAt(let place): call(place).map { .hold($0) }
    case .resumeAt(let place): call(place).map { .resume($0) }
    case .selectAt(let place): call(place).map { .select($0) }
    case .answerAutomatically(let isOn): .answerAutomatically(isOn)
    case .doNotDisturb(let isOn): .doNotDisturb(isOn)
    case .register: .register(account: nil)
    case .unregister: .unregister(account: nil)
    case .follow(let isAgreed): .followRedirection(nil, isAgreed)
    case .clearHistory: .clearHistory
    case .transfer(let target): targets.isEmpty ? nil : .transfer(nil, to: targets[target % targets.count])
    case .transferToCall(let place): call(place).map { .transferToCall(nil, $0) }
    case .decideTransfer(let isAgreed): .decideTransfer(nil, isAgreed)
    }
  }
}
