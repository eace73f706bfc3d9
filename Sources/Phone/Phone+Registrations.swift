import SIPMessages
import SIPUserAgent
import SansIO

/// Accounts and their registrations (RFC 3261 section 10).
extension Phone {
  mutating func register(_ index: Int, _ step: inout PhoneStep) {
    if case .leaving = accounts[index].state {
      // First off, then on again: the order in which the user said it.
      accounts[index].state = .leaving(isWantedBack: true)
      return
    }
    if let known = accounts[index].registration {
      tell(.command(.refreshRegistration(known)), &step)
      return
    }
    let id = RegistrationID(nextRegistration)
    nextRegistration += 1
    accounts[index].registration = id
    accounts[index].state = .registering
    tell(.command(.register(id, accounts[index].registrationSettings)), &step)
  }

  mutating func unregister(_ index: Int, _ step: inout PhoneStep) {
    guard let id = accounts[index].registration else { return }
    accounts[index].state = .leaving(isWantedBack: false)
    tell(.command(.unregister(id)), &step)
  }

  mutating func receive(_ status: RegistrationStatus, of id: RegistrationID, _ step: inout PhoneStep) {
    guard let index = accounts.firstIndex(where: { $0.registration == id }) else { return }
    let name = accounts[index].name
    var isLeaving = false
    if case .leaving = accounts[index].state { isLeaving = true }
    switch status {
    case .registering:
      // A refresh in good time is no news, and removing the binding is a REGISTER too.
      if !isLeaving, !accounts[index].isReady { accounts[index].state = .registering }
      if !isLeaving { report(RegistrationReport(account: name, state: .registering), &step) }
    case .registered(let facts):
      guard !isLeaving else { return }
      if !accounts[index].isReady { notice(.information, "\(name) is ready: calls to it reach this phone.", &step) }
      accounts[index].state = .ready(facts)
      accounts[index].keepProxy()
      report(
        RegistrationReport(account: name, state: .ready, transport: facts.transport.viaToken, expires: facts.expires), &step)
    case .failed(let failure, let retryIn):
      receive(failure, retryIn: retryIn, index, isLeaving: isLeaving, &step)
    case .unregistered:
      leave(index, RegistrationReport(account: name, state: .offline), &step)
    }
  }

  /// The account is off, unless the user wanted it back in the meantime.
  private mutating func leave(_ index: Int, _ told: RegistrationReport, _ step: inout PhoneStep) {
    var isWantedBack = false
    if case .leaving(let isWanted) = accounts[index].state { isWantedBack = isWanted }
    accounts[index].registration = nil
    accounts[index].state = .offline
    report(told, &step)
    guard case .running = lifecycle else { return }
    if isWantedBack {
      register(index, &step)
    } else if told.reason == nil {
      notice(.information, "\(told.account) is off: calls to it do not reach this phone.", &step)
    }
  }

  private mutating func receive(
    _ failure: RegistrationFailure, retryIn: Duration?, _ index: Int, isLeaving: Bool, _ step: inout PhoneStep
  ) {
    let name = accounts[index].name
    if isLeaving {
      // The binding will run out by itself.
      leave(index, RegistrationReport(account: name, state: .offline, reason: Self.words(for: failure)), &step)
      return
    }
    let words = Self.words(for: failure)
    if Self.isOfTheWay(failure), let former = accounts[index].proxy, let next = accounts[index].takeNextProxy(),
      let id = accounts[index].registration
    {
      accounts[index].state = .failed(words, retryAt: step.now.instant)
      report(RegistrationReport(account: name, state: .failed, reason: words, retryIn: .zero), &step)
      notice(.failure, "\(name) lost its way through \(former.host): \(words). \(next.host) is tried now.", &step)
      // The same registration by another way: Call-ID and binding stay.
      tell(.command(.register(id, accounts[index].registrationSettings)), &step)
      return
    }
    accounts[index].state = .failed(words, retryAt: retryIn.map { step.now.instant + $0 })
    var status: Int?
    if case .refused(let code, _) = failure { status = code.rawValue }
    report(RegistrationReport(account: name, state: .failed, status: status, reason: words, retryIn: retryIn), &step)
    let next = retryIn.map { "next try in \(Self.seconds($0))" } ?? "it is not tried again by itself"
    notice(.failure, "\(name) is not registered: \(words); \(next). Calls to it do not reach this phone.", &step)
  }

  /// Nobody answered, as against somebody who refused: another proxy may do better.
  private static func isOfTheWay(_ failure: RegistrationFailure) -> Bool {
    switch failure {
    case .unreachable, .timedOut: true
    case .refused: false
    }
  }

  private func report(_ report: RegistrationReport, _ step: inout PhoneStep) {
    step.outputs.append(.event(.registration(report)))
  }

  private static func words(for failure: RegistrationFailure) -> String {
    switch failure {
    case .refused(let status, let reason):
      switch status.rawValue {
      // An answer that keeps no binding of ours; the reason is our own sentence about it.
      case 200...299: DisplayText.bounded(reason, to: 200) ?? "the provider keeps no binding"
      case 401, 403, 407: "wrong name or password (\(status.rawValue))"
      case 404: "the provider does not know this address (404)"
      case 500...599: "\(status.rawValue) from the provider"
      default: CallEnding.words(for: status, reason: reason)
      }
    case .unreachable(let sentence): DisplayText.bounded(sentence, to: 200) ?? "the server cannot be reached"
    case .timedOut: "the server does not answer"
    }
  }

  private static func seconds(_ duration: Duration) -> String {
    "\((duration.wholeMilliseconds + 999) / 1000) s"
  }

  // MARK: Which account

  /// The account that a user means by an address, its user part or its number; nil for none.
  func account(named name: String) -> Int? {
    let wanted = String(name.trimmingBlanks).lowercased()
    if let number = Int(wanted), let index = accounts.firstIndex(where: { $0.number == number }) { return index }
    return accounts.firstIndex { $0.name.lowercased() == wanted || "sip:" + $0.name.lowercased() == wanted }
      ?? accounts.firstIndex { $0.settings.address.decodedUser?.lowercased() == wanted }
  }

  /// The account to call with when the user names none: one that works, before one that may.
  var defaultAccount: Int {
    accounts.firstIndex { $0.isReady } ?? accounts.firstIndex { !$0.settings.registers } ?? 0
  }

  /// Whose call this is; nil when it is for nobody here.
  func account(calledBy request: Request, registration: RegistrationID?) -> Int? {
    if let id = registration, let index = accounts.firstIndex(where: { $0.registration == id }) { return index }
    guard accounts.contains(where: { $0.hasDomain }) else { return accounts.startIndex }
    let called = [request.uri.sip, request.to?.address.uri.sip].compactMap { $0 }
    for uri in called {
      let users = accounts.indices.filter { accounts[$0].settings.address.decodedUser == uri.decodedUser }
      if let exact = users.first(where: { accounts[$0].settings.address.host == uri.host }) ?? users.first { return exact }
    }
    return nil
  }
}
