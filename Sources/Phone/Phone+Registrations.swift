import SIPMessages
import SIPUserAgent
import SansIO

/// Accounts and their registrations (RFC 3261 section 10, RFC 5626 section 4).
extension Phone {
  /// The further flows of an account wait for the first one: a provider that keeps no flows would take the second registration of
  /// the same phone for another phone, or for the same one. But they do not wait longer than a person does.
  private static let firstFlowPatience: Duration = .seconds(4)
  /// A flow that the provider did not confirm beside another one is asked for again after this.
  private static let unconfirmedPause: Duration = .seconds(600)

  mutating func register(_ index: Int, _ step: inout PhoneStep) {
    if accounts[index].isLeaving {
      // First off, then on again: the order in which the user said it.
      for place in accounts[index].flows.indices where accounts[index].flows[place].isLeaving {
        accounts[index].flows[place].state = .leaving(isWantedBack: true)
      }
      return
    }
    guard !accounts[index].flows.isEmpty else { return }
    let hasBegun = accounts[index].flows.contains { $0.registration != nil }
    for place in accounts[index].flows.indices {
      if let known = accounts[index].flows[place].registration {
        tell(.command(.refreshRegistration(known)), &step)
      } else if hasBegun, accounts[index].keepsFlows {
        registerFlow(index, place, &step)
      }
    }
    guard !hasBegun else { return }
    registerFlow(index, 0, &step)
    if accounts[index].flows.count > 1 { accounts[index].othersStartAt = step.now.instant + Self.firstFlowPatience }
  }

  private mutating func registerFlow(_ index: Int, _ place: Int, _ step: inout PhoneStep) {
    let id = RegistrationID(nextRegistration)
    nextRegistration += 1
    accounts[index].flows[place].registration = id
    accounts[index].flows[place].state = .registering
    accounts[index].flows[place].wantedAt = nil
    tell(.command(.register(id, accounts[index].registrationSettings(of: place))), &step)
  }

  /// The further flows, when it is known that there may be some, or when the first one does not come up.
  private mutating func startOthers(_ index: Int, _ step: inout PhoneStep) {
    accounts[index].othersStartAt = nil
    guard case .running = lifecycle else { return }
    for place in accounts[index].flows.indices.dropFirst() where accounts[index].flows[place].registration == nil {
      guard accounts[index].flows[place].wantedAt == nil else { continue }
      registerFlow(index, place, &step)
    }
  }

  mutating func unregister(_ index: Int, _ step: inout PhoneStep) {
    accounts[index].othersStartAt = nil
    for place in accounts[index].flows.indices {
      accounts[index].flows[place].wantedAt = nil
      guard let id = accounts[index].flows[place].registration else { continue }
      accounts[index].flows[place].state = .leaving(isWantedBack: false)
      tell(.command(.unregister(id)), &step)
    }
  }

  // MARK: Time

  var accountDeadline: Instant? {
    var earliest: Instant?
    for account in accounts {
      for candidate in [account.othersStartAt] + account.flows.map(\.wantedAt) {
        if let candidate { earliest = min(earliest ?? candidate, candidate) }
      }
    }
    return earliest
  }

  mutating func expireAccounts(_ step: inout PhoneStep) {
    let now = step.now.instant
    for index in accounts.indices {
      if let at = accounts[index].othersStartAt, at <= now {
        startOthers(index, &step)
        step.hasChanged = true
      }
      for place in accounts[index].flows.indices {
        guard let at = accounts[index].flows[place].wantedAt, at <= now else { continue }
        accounts[index].flows[place].wantedAt = nil
        guard case .running = lifecycle, accounts[index].flows[place].registration == nil, accounts[index].isReady else { continue }
        registerFlow(index, place, &step)
        step.hasChanged = true
      }
    }
  }

  // MARK: What the user agent says

  private func flow(of id: RegistrationID) -> (index: Int, place: Int)? {
    for index in accounts.indices {
      if let place = accounts[index].flows.firstIndex(where: { $0.registration == id }) { return (index, place) }
    }
    return nil
  }

  mutating func keptAlive(_ id: RegistrationID, _ step: inout PhoneStep) {
    guard let (index, place) = flow(of: id) else { return }
    accounts[index].flows[place].lastKeepAlive = step.now.instant
    flowStands(id, &step)
  }

  mutating func receive(_ status: RegistrationStatus, of id: RegistrationID, _ step: inout PhoneStep) {
    guard let (index, place) = flow(of: id) else { return }
    let name = accounts[index].name
    let number = accounts[index].flows[place].number
    let isLeaving = accounts[index].flows[place].isLeaving
    switch status {
    case .registering:
      // A refresh in good time is no news, and removing the binding is a REGISTER too.
      if !isLeaving, !accounts[index].flows[place].isReady { accounts[index].flows[place].state = .registering }
      if !isLeaving { report(RegistrationReport(account: name, flow: number, state: .registering), &step) }
    case .registered(let facts):
      guard !isLeaving else { return }
      registered(facts, index, place, &step)
      flowStands(id, &step)
    case .failed(let failure, let retryIn):
      receive(failure, retryIn: retryIn, index, place, isLeaving: isLeaving, &step)
    case .unregistered:
      leave(index, place, RegistrationReport(account: name, flow: number, state: .offline), &step)
    }
  }

  private mutating func registered(_ facts: RegistrationFacts, _ index: Int, _ place: Int, _ step: inout PhoneStep) {
    let name = accounts[index].name
    let wasReady = accounts[index].flows[place].isReady
    let othersReady = accounts[index].readyCount - (wasReady ? 1 : 0)
    if othersReady > 0, !facts.isOutbound {
      // RFC 5626 section 4.2.1: what is not confirmed may not be routed to, and has to go.
      drop(index, place, &step)
      accounts[index].flows[place].wantedAt = step.now.instant + Self.unconfirmedPause
      notice(
        .warning,
        "The provider of \(name) did not confirm the way through \(accounts[index].proxyName(of: place)); it is asked again later.",
        &step)
      return
    }
    let wasAccountReady = accounts[index].isReady
    let hadFailed = accounts[index].flows[place].hasBroken
    accounts[index].flows[place].state = .ready(facts)
    accounts[index].flows[place].failedWays = 0
    accounts[index].flows[place].hasBroken = false
    accounts[index].keepsFlows = facts.isOutbound
    if !wasAccountReady {
      notice(.information, "\(name) is ready: calls to it reach this phone.", &step)
    } else if !wasReady, accounts[index].readyCount == accounts[index].wantedCount, accounts[index].wantedCount > 1 {
      let all = accounts[index].wantedCount == 2 ? "Both" : "All \(accounts[index].wantedCount)"
      notice(.information, "\(all) flows of \(name) \(hadFailed ? "are back" : "stand").", &step)
    }
    report(
      RegistrationReport(
        account: name, flow: accounts[index].flows[place].number, state: .ready, transport: facts.transport.viaToken,
        expires: facts.expires), &step)
    if !wasReady { reportFlow(index, place, isUp: true, &step) }
    if facts.isOutbound {
      startOthers(index, &step)
    } else {
      // A provider that keeps no flows knows one way to this phone.
      accounts[index].othersStartAt = nil
      for other in accounts[index].flows.indices where other != place { drop(index, other, &step) }
    }
  }

  /// One flow less; the account stays.
  private mutating func drop(_ index: Int, _ place: Int, _ step: inout PhoneStep) {
    guard let id = accounts[index].flows[place].registration else { return }
    accounts[index].flows[place].registration = nil
    accounts[index].flows[place].state = .idle
    accounts[index].flows[place].lastKeepAlive = nil
    tell(.command(.unregister(id)), &step)
    // A registrar that tells flows by their addresses may have taken away the other one with it.
    for other in accounts[index].flows where other.isReady && !accounts[index].keepsFlows {
      if let known = other.registration { tell(.command(.refreshRegistration(known)), &step) }
    }
  }

  /// A flow is off, unless the user wanted it back in the meantime.
  private mutating func leave(_ index: Int, _ place: Int, _ told: RegistrationReport, _ step: inout PhoneStep) {
    var isWantedBack = false
    if case .leaving(let isWanted) = accounts[index].flows[place].state { isWantedBack = isWanted }
    accounts[index].flows[place].registration = nil
    accounts[index].flows[place].state = .idle
    accounts[index].flows[place].lastKeepAlive = nil
    report(told, &step)
    guard case .running = lifecycle, !accounts[index].isLeaving else { return }
    if isWantedBack {
      register(index, &step)
    } else if told.reason == nil, !accounts[index].flows.contains(where: { $0.registration != nil }) {
      notice(.information, "\(told.account) is off: calls to it do not reach this phone.", &step)
    }
  }

  private mutating func receive(
    _ failure: RegistrationFailure, retryIn: Duration?, _ index: Int, _ place: Int, isLeaving: Bool, _ step: inout PhoneStep
  ) {
    let name = accounts[index].name
    let number = accounts[index].flows[place].number
    let words = RegistrationWords.words(for: failure)
    if isLeaving {
      // The binding will run out by itself.
      leave(index, place, RegistrationReport(account: name, flow: number, state: .offline, reason: words), &step)
      return
    }
    if failure == .noOtherServer, accounts[index].flows.count > 1, accounts[index].isReady {
      // There is one server only; that is not worth a word.
      accounts[index].flows[place].registration.map { tell(.command(.unregister($0)), &step) }
      accounts[index].flows[place].registration = nil
      accounts[index].flows[place].state = .idle
      accounts[index].flows[place].wantedAt = step.now.instant + Self.unconfirmedPause
      return
    }
    let wasReady = accounts[index].flows[place].isReady
    accounts[index].flows[place].hasBroken = true
    // What answered was the connection that is gone.
    accounts[index].flows[place].lastKeepAlive = nil
    let former = accounts[index].proxyName(of: place)
    if RegistrationWords.isOfTheWay(failure), accounts[index].takeNextProxy(of: place) != nil,
      let id = accounts[index].flows[place].registration
    {
      let next = accounts[index].proxyName(of: place)
      accounts[index].flows[place].state = .failed(words, retryAt: step.now.instant)
      report(RegistrationReport(account: name, flow: number, state: .failed, reason: words, retryIn: .zero), &step)
      if accounts[index].isReady {
        notice(.warning, brokenSentence(index, former, words), &step)
      } else {
        notice(.failure, "\(name) lost its way through \(former): \(words). \(next) is tried now.", &step)
      }
      if wasReady { reportFlow(index, place, isUp: false, reason: words, retryIn: .zero, &step) }
      // The same registration by another way: Call-ID and binding stay.
      tell(.command(.register(id, accounts[index].registrationSettings(of: place))), &step)
      return
    }
    accounts[index].flows[place].state = .failed(words, retryAt: retryIn.map { step.now.instant + $0 })
    var status: Int?
    switch failure {
    case .refused(let code, _), .stale(let code): status = code.rawValue
    case .unreachable, .timedOut, .noOtherServer, .withdrawn: break
    }
    report(
      RegistrationReport(account: name, flow: number, state: .failed, status: status, reason: words, retryIn: retryIn), &step)
    if wasReady { reportFlow(index, place, isUp: false, reason: words, retryIn: retryIn, &step) }
    if accounts[index].isReady {
      if wasReady { notice(.warning, brokenSentence(index, former, words), &step) }
    } else {
      let next =
        retryIn.map { $0 == .zero ? "it is tried again now" : "next try in \(RegistrationWords.seconds($0))" }
        ?? "it is not tried again by itself"
      notice(.failure, "\(name) is not registered: \(words); \(next). Calls to it do not reach this phone.", &step)
      // A refusal is the provider's word, and the others would hear the same.
      if RegistrationWords.isOfTheWay(failure) { startOthers(index, &step) }
    }
  }

  private func brokenSentence(_ index: Int, _ proxy: String, _ words: String) -> String {
    let count = accounts[index].wantedCount
    let all = count == 2 ? "two" : "\(count)"
    return "One of \(all) flows of \(accounts[index].name) broke (\(proxy), \(words)). Calls still reach this phone."
  }

  private func report(_ report: RegistrationReport, _ step: inout PhoneStep) {
    step.outputs.append(.event(.registration(report)))
  }

  private func reportFlow(
    _ index: Int, _ place: Int, isUp: Bool, reason: String? = nil, retryIn: Duration? = nil, _ step: inout PhoneStep
  ) {
    let account = accounts[index]
    step.outputs.append(
      .event(
        .flow(
          FlowReport(
            account: account.name, flow: account.flows[place].number, isUp: isUp, proxy: account.proxyName(of: place),
            peer: account.flows[place].facts?.server, transport: account.flows[place].facts?.transport.viaToken,
            isOutbound: account.flows[place].facts?.isOutbound ?? false, flowsReady: account.readyCount,
            flowsWanted: account.wantedCount, reason: reason, retryIn: retryIn))))
  }

  /// The registrar says how many other phones are registered at one of our addresses.
  mutating func receiveOthers(_ address: URI, _ count: Int) {
    for index in accounts.indices where URI.sip(accounts[index].settings.address).matches(address) {
      accounts[index].otherPhones = count
    }
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
    if let id = registration, let (index, _) = flow(of: id) { return index }
    guard accounts.contains(where: { $0.hasDomain }) else { return accounts.startIndex }
    let called = [request.uri.sip, request.to?.address.uri.sip].compactMap { $0 }
    for uri in called {
      let users = accounts.indices.filter { accounts[$0].settings.address.decodedUser == uri.decodedUser }
      if let exact = users.first(where: { accounts[$0].settings.address.host == uri.host }) ?? users.first { return exact }
    }
    return nil
  }
}
