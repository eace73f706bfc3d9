import Media
import SIPMessages
import SIPUserAgent
import SansIO

/// What the user orders.
extension Phone {
  mutating func obey(_ command: PhoneCommand, _ step: inout PhoneStep) {
    switch lifecycle {
    case .quitting, .finished: return
    case .new, .starting, .running: break
    }
    let act = UserAct(command)
    switch command {
    case .dial(let target, let account, let options):
      if let act { dial(target, account: account, options, by: act, &step) }
    case .answer(let id): answer(id, by: act, &step)
    case .answerMuted(let id): answer(id, by: nil, &step)
    case .reject(let id, let status): reject(id, status: status, &step)
    case .hangUp(let id): orderHangUp(id, &step)
    case .hold(let id): orderHold(id, &step)
    case .resume(let id): if let act { orderResume(id, by: act, &step) }
    case .swap: if let act { swap(by: act, &step) }
    case .select(let id): select(id, &step)
    case .mute: gate.mute()
    case .unmute: if let act { openMicrophone(isRequired: false, by: act, &step) }
    case .talk: if let act { openMicrophone(isRequired: true, by: act, &step) }
    case .sendDigits(let digits): sendDigits(digits, &step)
    case .silenceRinger(let id): silence(id, &step)
    case .answerAutomatically(let isOn): setAutomaticAnswer(isOn, &step)
    case .policy(let command): obey(command, &step)
    case .away(let isOn): setAway(isOn, &step)
    case .locked(let isOn): isLocked = isOn
    case .doNotDisturb(let isOn): setDoNotDisturb(isOn, &step)
    case .register(let name): forAccounts(name, &step) { $0.orderRegister($1, &$2) }
    case .unregister(let name): forAccounts(name, &step) { $0.unregister($1, &$2) }
    case .followRedirection(let id, let isAgreed): followRedirection(id, isAgreed, &step)
    case .transfer(let id, let text): transfer(id, to: text, &step)
    case .transferToCall(let id, let other): transfer(id, toCall: other, &step)
    case .decideTransfer(let id, _): decideTransfer(id, by: act, &step)
    case .identify(let id, let text): identify(id, as: text, &step)
    case .clearHistory:
      history = []
      step.outputs.append(.storage(.clear))
    case .status: step.outputs.append(.event(.snapshot(snapshot)))
    case .quit: quit(&step)
    }
  }

  // MARK: Microphone and digits

  /// `talk` and `unmute`. The call is the selected one when it is answered and not on hold, else the one that is heard.
  private mutating func openMicrophone(isRequired: Bool, by act: UserAct, _ step: inout PhoneStep) {
    gate.unmute(by: act)
    let selected = selectedCall.flatMap { index(of: $0) }.flatMap { calls[$0].isTalking ? $0 : nil }
    guard let index = selected ?? focusIndex, calls[index].isTalking else {
      if isRequired { complain("There is no call to talk in.", &step) }
      return
    }
    holdOthers(than: calls[index].id, &step)
    selectedCall = calls[index].id
    admitVoice(index, by: act, &step)
  }

  /// A person wants to be heard: the gate may open, and a call that only listened offers to send (RFC 5373 section 7.4).
  mutating func admitVoice(_ index: Int, by act: UserAct, _ step: inout PhoneStep) {
    gate.want(calls[index].id, by: act)
    guard calls[index].receivesOnly else { return }
    calls[index].receivesOnly = false
    offerAgain(index, &step)
  }

  private mutating func sendDigits(_ digits: String, _ step: inout PhoneStep) {
    let valid = digits.uppercased().filter { "0123456789*#ABCD".contains($0) }
    guard !valid.isEmpty, valid.count <= 64 else {
      complain("Digits to send are 0-9, *, # and A-D, 64 at most.", &step)
      return
    }
    guard let index = focusIndex, calls[index].hasMedia else {
      complain("There is no call to send digits in.", &step)
      return
    }
    calls[index].digitsSent = String((calls[index].digitsSent + valid).suffix(64))
    step.outputs.append(.media(.sendDigits(calls[index].stream, valid)))
    report(.digitsSent(valid), of: index, &step)
  }

  // MARK: Switches

  private mutating func setDoNotDisturb(_ isOn: Bool, _ step: inout PhoneStep) {
    guard doNotDisturb != isOn else { return }
    doNotDisturb = isOn
    notice(.information, isOn ? "Do not disturb: callers hear busy." : "Calls ring again.", &step)
  }

  // MARK: Accounts

  private mutating func forAccounts(
    _ name: String?, _ step: inout PhoneStep, _ body: (inout Phone, Int, inout PhoneStep) -> Void
  ) {
    guard let name else {
      for index in accounts.indices where accounts[index].settings.registers { body(&self, index, &step) }
      return
    }
    guard let index = account(named: name) else {
      complain("There is no account “\(DisplayText.bounded(name) ?? "?")”; \(accountList).", &step)
      return
    }
    body(&self, index, &step)
  }

  private mutating func orderRegister(_ index: Int, _ step: inout PhoneStep) {
    guard accounts[index].settings.registers else {
      complain("\(accounts[index].name) only calls directly: its configuration says register = false.", &step)
      return
    }
    if case .starting = lifecycle { return }
    register(index, &step)
  }

  var accountList: String {
    "there is " + accounts.map { "\($0.number) \($0.name)" }.joined(separator: ", ")
  }

  // MARK: Which call

  // Over the indices: a closure that takes the element would copy every call on the way.
  func index(of id: CallID) -> Int? { calls.indices.first { calls[$0].id == id } }

  func index(of session: SessionID) -> Int? { calls.indices.last { calls[$0].session == session && !calls[$0].isEnded } }

  func index(of stream: MediaStreamID) -> Int? { calls.indices.last { calls[$0].stream == stream && !calls[$0].isEnded } }

  /// The call that a command names, else the one that `implied` finds. Complains when there is none that fits.
  mutating func target(
    _ id: CallID?, _ step: inout PhoneStep, implied: (Phone) -> Int?, fits: (Call) -> Bool, otherwise sentence: String
  ) -> Int? {
    guard let id else {
      if let index = implied(self) { return index }
      complain(sentence, &step)
      return nil
    }
    guard let index = index(of: id) else {
      let live = calls.filter { !$0.isEnded }.map { "\($0.id)" }.joined(separator: ", ")
      complain("There is no call \(id)\(live.isEmpty ? "; there is no call at all" : "; there is \(live)").", call: id, &step)
      return nil
    }
    guard fits(calls[index]) else {
      complain("Call \(id): \(sentence)", call: id, &step)
      return nil
    }
    return index
  }
}
