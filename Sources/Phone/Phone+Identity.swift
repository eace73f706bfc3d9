import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO

/// Who is at the other end, and what the other end is told about us.
extension Phone {
  /// RFC 3325 section 9.1: believed only from the server that we are registered at; anybody can write that field.
  func assertedIdentity(_ session: IncomingSession, _ account: Int) -> AssertedIdentity? {
    guard isFromServer(session, account) else { return nil }
    return AssertedIdentity(session.request.fields, isRequest: true)
  }

  /// The message came over the way on which the account's server knows us, and we it.
  private func isFromServer(_ source: String?, _ account: Int) -> Bool {
    guard let source, let facts = accounts[account].facts else { return false }
    return Self.host(of: facts.server) == Self.host(of: source)
  }

  mutating func meet(
    _ session: IncomingSession, _ index: Int, from: NameAddress, asserted: AssertedIdentity?, _ step: PhoneStep
  ) {
    let account = calls[index].account - 1
    var words = CallIdentity.Words(from: from, asserted: asserted?.address)
    words.source = asserted?.source ?? .from
    calls[index].who.begin(words, at: step.now.wallTime)
    calls[index].sentOn = SentOn(
      session.request, contacts: configuration.contacts, home: accounts[account].home,
      isSaidByProvider: isFromServer(session, account))
  }

  /// A message within the call says something about the other end.
  mutating func receive(_ event: ConnectedIdentityEvent, _ step: inout PhoneStep) {
    guard case .said(let statement) = event, let index = index(of: statement.session) else { return }
    let account = calls[index].account - 1
    var words = CallIdentity.Words()
    var asserted: AssertedIdentity?
    switch statement.message {
    case .request(let request):
      words.from = request.from?.address.withoutTags
      asserted = isFromServer(statement.source, account) ? AssertedIdentity(request.fields, isRequest: true) : nil
    case .response(let response):
      asserted = isFromServer(statement.source, account) ? AssertedIdentity(response.fields, isRequest: false) : nil
    }
    words.asserted = asserted?.address
    if let source = asserted?.source { words.source = source }
    let scene = CallIdentity.Scene(
      contacts: configuration.contacts, home: accounts[account].home, at: step.now.wallTime)
    guard calls[index].who.hear(words, scene) else { return }
    step.hasChanged = true
    tellIdentity(index, &step)
  }

  /// What a response says about who made it, and what a server could not verify of one.
  mutating func receive(_ event: ResponseIdentityEvent, _ step: inout PhoneStep) {
    switch event {
    case .claimed(let session, let claimer):
      guard let index = index(of: session) else { return }
      let scene = CallIdentity.Scene(
        contacts: configuration.contacts, home: accounts[calls[index].account - 1].home, at: step.now.wallTime)
      guard calls[index].who.hear(CallIdentity.Words(from: NameAddress(uri: claimer), voice: .responder), scene) else { return }
      step.hasChanged = true
      tellIdentity(index, &step)
    case .notProven(let session, let doubt):
      guard let index = index(of: session) else { return }
      let words =
        doubt == .responder
        ? "a server on the way could not check who answered (431)"
        : "a server on the way could not check that the answer came from where the call went (432)"
      notice(.warning, "Call with \(calls[index].peer.shortName): \(words). Somebody may have answered in another's name.", &step)
    }
  }

  /// The newest entry of the call's timeline is told: to listeners as an event, to the user as a sentence.
  mutating func tellIdentity(_ index: Int, _ step: inout PhoneStep) {
    let call = calls[index]
    guard let entry = call.who.timeline.last, entry.isAboutPerson else { return }
    let was = entry.kind == .changed ? call.who.change?.was : nil
    step.outputs.append(
      .event(
        .identity(
          IdentityReport(call: call.id, account: accounts[call.account - 1].name, entry: entry, peer: call.peer, was: was))))
    guard let sentence = IdentitySentences.news(entry, call) else { return }
    notice(sentence.level, sentence.text, &step)
  }

  /// Who held whom, for the timeline.
  mutating func noteHolding(
    _ index: Int, from former: CallSnapshot.State?, to state: CallSnapshot.State, _ step: PhoneStep
  ) {
    let kind: TimelineEntry.Kind?
    switch (former, state) {
    case (_, .heldByPeer): kind = .heldByThem
    case (.heldByPeer?, .talking): kind = .resumedByThem
    case (.talking?, .held), (.heldByPeer?, .held): kind = .held
    case (.held?, .talking): kind = .resumed
    default: kind = nil
    }
    if let kind { calls[index].who.add(kind, at: step.now.wallTime) }
  }

  // MARK: Hiding ourselves

  /// RFC 3323 section 4.1: From, Contact and display name say nothing, and the servers on the way are asked to keep to themselves
  /// what they know. The account's own server is told who really calls (RFC 3325 section 9.2), when the call goes through it: it
  /// bills us; nobody else is.
  mutating func hideCaller(from target: URI, _ account: Int, _ fields: inout HeaderFields, _ step: inout PhoneStep) {
    fields.set(Privacy(["id"]))
    let settings = accounts[account].settings
    let passesServer = accounts[account].isReady && (!settings.outboundProxies.isEmpty || target.sip?.host == settings.address.host)
    if passesServer { fields.set(PPreferredIdentity(.sip(settings.address))) }
    notice(
      .information,
      "Your name and address are left out of the call, and your provider is asked to keep them. This machine's network address "
        + "stays visible to whoever handles the call and its sound.", &step)
  }
}

extension NameAddress {
  /// The address of nobody (RFC 3323 section 4.1.1.3).
  static var anonymous: NameAddress {
    NameAddress(
      uri: .sip(SIPURI(user: "anonymous", host: .name("anonymous.invalid"))), displayName: "Anonymous")
  }

  fileprivate var withoutTags: NameAddress {
    var copy = self
    copy.parameters.remove("tag")
    return copy
  }
}
