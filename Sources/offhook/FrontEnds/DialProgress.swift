import Locking
import Phone
import PhoneSystem
import SansIO

/// What `offhook dial` knows so far. Fed on the signalling thread, waited for on the main one.
final class DialProgress: Sendable {
  private struct State {
    /// Accounts that may still become ready; empty when none has to.
    var waitingFor: Set<String> = []
    var isReady = false
    var isDialling = false
    var wasAnswered = false
    var wasInterrupted = false
    var code: DialExitCode?
    var lastWords = ""
    var lastProblem = "no registrar answered"
  }

  private let state = Lock(State())
  private let registration = Gate()
  private let end = Gate()

  init(configuration: Configuration, account: String?) {
    let candidates = configuration.accounts.enumerated().filter { index, entry in
      account == nil || entry.name == account || String(index + 1) == account
    }
    let waiting = candidates.map(\.element).filter(\.registers).map(\.name)
    let hasDirect = candidates.contains { !$0.element.registers } || configuration.accounts.isEmpty
    state.withLock { state in
      state.waitingFor = Set(waiting)
      state.isReady = waiting.isEmpty || hasDirect && account == nil
    }
  }

  var code: DialExitCode {
    state.withLock { state in
      if let code = state.code { return code }
      if state.wasInterrupted { return .interrupted }
      return state.isDialling ? .failed : .notRegistered
    }
  }

  /// False when no account became ready in time or somebody pressed Ctrl-C; the sentence has been said then.
  func waitForRegistration(_ patience: Duration) -> Bool {
    let waits = state.withLock { !$0.isReady }
    if waits { registration.wait(for: patience) }
    return state.withLock { state in
      if state.wasInterrupted { return false }
      if !state.isReady { StandardError.say("not registered: \(state.lastProblem)") }
      state.isDialling = state.isReady
      return state.isReady
    }
  }

  func waitForEnd() {
    end.wait()
  }

  func interrupt() {
    let wasDialling = state.withLock { state in
      state.wasInterrupted = true
      if state.isDialling, state.wasAnswered { state.code = .answered }
      return state.isDialling
    }
    if !wasDialling { registration.open() }
  }

  func hear(_ event: PhoneEvent) {
    switch event {
    case .registration(let report): hear(report)
    case .call(let report): hear(report)
    case .error(let report):
      StandardError.say(report.reason)
      // A call that could not even begin has no report of its own.
      if report.call == nil, state.withLock({ $0.isDialling && $0.lastWords.isEmpty }) { finish(.failed) }
    case .media(let report):
      if case .running(_, let codec) = report.change { StandardError.say("sound: \(codec)") }
    case .transfer(let report):
      // Following needs a person at the screens, or a command of the headless mode.
      if report.isIncoming, report.state == .asked { StandardError.say("asked to call \(report.target) instead; not followed") }
    case .identity(let report):
      let name = report.peer.name.map { "\($0), " } ?? ""
      StandardError.say("\(report.entry.words): \(name)\(report.peer.address) (\(report.peer.trust.words))")
    case .snapshot, .flow, .message, .policy: break
    }
  }

  private func hear(_ report: RegistrationReport) {
    let isNews = state.withLock { state in
      guard state.waitingFor.contains(report.account), !state.isReady else { return false }
      if report.state == .ready { state.isReady = true }
      if report.state == .failed {
        state.lastProblem = [report.status.map(String.init), report.reason].compactMap { $0 }.joined(separator: " ")
      }
      return state.isReady
    }
    if isNews { registration.open() }
  }

  private func hear(_ report: CallReport) {
    let words: String
    var code: DialExitCode?
    switch report.call.state {
    case .calling: words = "trying"
    case .remoteRinging: words = "ringing"
    case .talking: words = "talking to \(report.call.peer.name ?? report.call.peer.address); Ctrl-C hangs up"
    case .heldByPeer: words = "the other side holds the call"
    case .held: words = "held"
    case .redirected(let targets): words = "redirected to \(targets.joined(separator: ", ")); not followed"
    case .ringing: return
    case .ended(let why):
      words = "ended: \(why)"
      code = DialExitCode(report)
    }
    let isOurs = state.withLock { state in
      // Somebody may call while we dial; that call is not ours to report.
      guard !report.call.isIncoming else { return false }
      if report.call.state == .talking { state.wasAnswered = true }
      if state.wasAnswered, code != nil { code = .answered }
      guard state.lastWords != words else { return false }
      state.lastWords = words
      return true
    }
    guard isOurs else { return }
    StandardError.say(words)
    if let code { finish(code) }
    if case .redirected = report.call.state { finish(.failed) }
  }

  private func finish(_ code: DialExitCode) {
    let isFirst = state.withLock { state in
      guard state.code == nil || state.wasInterrupted else { return false }
      if state.code == nil { state.code = state.wasInterrupted && !state.wasAnswered ? .interrupted : code }
      return true
    }
    if isFirst { end.open() }
  }
}
