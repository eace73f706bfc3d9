import SIPMessages
import SansIO

/// Carrying out what extensions ask for.
extension UserAgent {
  /// Takes back what was lent to an extension.
  mutating func absorb(_ context: ExtensionContext) {
    random = context.random
    nextTicket = context.nextTicket
    extensionActions += context.actions
  }

  mutating func carryOut(_ action: ExtensionAction) {
    switch action {
    case .refreshSession(let id): withSession(id) { $0.want(.refresh, &$1) }
    case .endSession(let id, let reason):
      withSession(id) { usage, step in
        usage.end(reason: reason, ending: .failed(.requestTimeout, reason?.reasonText ?? "The session ran out"), &step)
      }
    case .announceIdentity(let id): withSession(id) { $0.announceIdentity(&$1) }
    case .lookUp(let ticket, let lookup):
      awaited.insert(ticket)
      outputs.append(.event(.lookup(ticket, lookup)))
    case .respond(let transaction, let response): respond(transaction, response)
    case .sendInDialog(let id, let method, let fields, let body):
      withSession(id) { _ = $0.sendRequest(method, purpose: .other, fields: fields, body: body, &$1) }
    case .report(let event): outputs.append(.event(.extended(event)))
    case .subscription(let order): carryOut(order)
    case .refreshRegistration(let id): withRegistration(id) { $0.refresh(&$1) }
    case .withdrawBinding(let id, let sentence, let pause):
      withRegistration(id) { $0.withdrawn(because: sentence, pause: pause, &$1) }
    }
  }

  /// Tells them what became of a registration.
  mutating func registrationChanged(_ id: RegistrationID, _ status: RegistrationStatus) {
    guard var identity = flowIdentity(of: id) else { return }
    identity.registration = id
    var context = ExtensionContext(now: now, random: random, nextTicket: nextTicket)
    for index in extensions.indices { extensions[index].registration(id, status, identity, &context) }
    absorb(context)
  }

  mutating func extensionDeadlinesReached() {
    for index in extensions.indices {
      guard let deadline = extensions[index].nextDeadline, deadline <= now.instant else { continue }
      var context = ExtensionContext(now: now, random: random, nextTicket: nextTicket)
      extensions[index].deadlineReached(&context)
      absorb(context)
    }
  }

  mutating func sessionEnded(_ session: SessionID) {
    var context = ExtensionContext(now: now, random: random, nextTicket: nextTicket)
    for index in extensions.indices { extensions[index].sessionEnded(session, &context) }
    absorb(context)
  }

  mutating func flowClosed(_ flow: FlowID, _ failure: FlowFailure) {
    var context = ExtensionContext(now: now, random: random, nextTicket: nextTicket)
    for index in extensions.indices { extensions[index].flowFailed(flow, &context) }
    absorb(context)
    // Sorted: the order of a dictionary must not reach an output.
    let affected = registrations.filter { $0.value.flow == .stream(flow) }.keys.sorted()
    for id in affected { registrationLostFlow(id, because: failure.reason) }
    forgetKeepAlive(of: .stream(flow))
  }
}
