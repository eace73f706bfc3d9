public import SIPExtensions
import SIPMessages
public import SIPUserAgent
public import SansIO

/// The whole telephone as one machine: accounts, calls, who may hear whom, what rings, what is remembered.
///
/// Hand it what happened with `handle`, carry out what it orders, wake it at `nextDeadline`, and look at `snapshot` whenever
/// `revision` has changed. It is a value without clock, socket or thread: the same inputs at the same moments give the same
/// outputs.
///
/// How a step goes: the input is given to whom it concerns; what the user agent says to it is worked off in order (an event may
/// lead to a command, which leads to events); then own deadlines are looked at; and at the end `settle` compares what is true now
/// with what the media loop, the microphone gate and the listeners to events were told last, and says the difference.
public struct Phone: Sendable, NetworkedMachine {
  enum Lifecycle: Sendable {
    /// Nothing was said to it yet.
    case new
    /// Registrations wait for the local sockets, `missing` of them, but not for ever.
    case starting(missing: Int, until: Instant)
    case running
    /// `quit` was ordered: not before `earliest`, not after `latest`.
    case quitting(earliest: Instant, latest: Instant)
    case finished
  }

  public let configuration: Configuration
  var userAgent: UserAgent
  var random: RandomSource
  var lifecycle = Lifecycle.new

  var accounts: [Account]
  /// In the order in which they came to be, the ended ones until they are forgotten.
  var calls: [Call] = []
  var selectedCall: CallID?
  var gate = MicrophoneGate()
  var sounds = SoundDirector()
  /// Chooses how calls are signalled.
  let alerting: AlertResolver
  /// What is heard after a call that failed.
  var endSound: EndSound?
  /// False: no rule answers anything by itself.
  var answersAutomatically: Bool
  var doNotDisturb = false
  /// In the order in which they were asked.
  var transferQuestions: [TransferQuestion] = []
  var isAway = false
  /// The session's screen is locked, as a screen locker's hook says.
  var isLocked = false
  /// Local time, for rules with hours.
  var secondsAheadOfUTC = 0
  /// The rules in force; the screen may have changed them since they were configured.
  var answerSettings: AnswerSettings
  var policy: AnswerPolicy
  /// How often each rule has decided, in the order of the rules.
  var ruleUses: [UInt64]
  var formerRules: [(rules: [AnswerRule], uses: [UInt64])] = []
  /// What `why` and `try` said last.
  var explained: AnswerExplanation?
  /// Of the newest call that the rules decided about, for `why` after it is gone.
  var lastFacts: AnswerFacts?
  /// Asks callers for a password that was agreed with them.
  var doorkeeper: DigestServer
  var announcement: Announcement?

  /// Newest first.
  var history: [CallRecord] = []
  var notices: [Notice] = []
  var troubles = TroubleList()
  var trace = TraceRing()

  /// What the way to the rest of the world is called; nil while unknown.
  var networkMedium: String?
  var isNetworkAbsent = false
  var networkChange: NetworkChange?

  var nextCall: UInt64 = 1
  var nextStream: UInt64 = 1
  var nextRegistration: UInt64 = 1
  /// Even; those of incoming sessions are odd.
  var nextSession: UInt64 = 2
  var nextRequest: UInt64 = 2

  /// Another number than before when, and only when, `snapshot` may have changed.
  public private(set) var revision: UInt64 = 0

  /// - Parameters:
  ///   - digests: the hash functions for digest authentication.
  ///   - signatures: the cryptography of signed identity; nil: signatures are neither made nor looked at.
  ///   - random: for tags, branches and session numbers; from the system's generator, except in simulations.
  ///   - instance: what names this installation to registrars, the same at every start: `urn:uuid:…` as
  ///     `OutboundSettings.makeInstance` makes it (RFC 5626 section 4.1). nil, or anything else, for one that is new each time.
  ///   - userAgent: timers and limits of the user agent.
  public init(
    configuration: Configuration, digests: any Digests, signatures: (any Signatures)? = nil, random: RandomSource,
    instance: String? = nil,
    userAgent settings: UserAgentConfiguration = UserAgentConfiguration(allowedMethods: Phone.allowedMethods)
  ) {
    self.configuration = configuration
    var random = random
    let own =
      instance.flatMap { OutboundSettings.isInstance($0) ? $0 : nil }
      ?? OutboundSettings.makeInstance(from: (0..<16).map { _ in UInt8(random.next(below: 256)) })
    let accounts = configuration.accounts.enumerated().map {
      Account(number: $0.offset + 1, settings: $0.element, instance: own)
    }
    self.accounts = accounts.isEmpty ? [.anonymous(instance: own)] : accounts
    var credentials = CredentialStore()
    for account in accounts {
      guard let password = account.settings.password else { continue }
      let name = account.settings.authenticationUser ?? account.settings.address.decodedUser ?? ""
      credentials.set(
        DigestCredentials(username: name, password: password), account: .sip(account.settings.address), realm: nil)
    }
    var settings = settings
    settings.asksAboutOptions = true
    settings.showsCertificate = configuration.tls.certificate != nil
    settings.productName = configuration.network.userAgent
    let rate = configuration.network.requestsPerSecond
    settings.sourceLimit = rate > 0 ? SourceRateLimit.Policy(newRequestsPerSecond: rate) : nil
    userAgent = UserAgent(
      configuration: settings,
      extensions: StandardExtensions.make(
        digests: digests, credentials: credentials, connectedIdentity: configuration.identity.tellsConnected,
        registrationEvents: accounts.compactMap { account in
          account.settings.registrationEvents.map { (.sip(account.settings.address), $0 ? .always : .never) }
        },
        responseIdentity: configuration.identity.usesResponder,
        signed: signatures.map {
          SignedIdentity(
            signatures: $0, policy: configuration.identity.policy, signers: configuration.identity.signers.map(\.signer))
        }),
      random: random.split())
    self.random = random
    answerSettings = configuration.answering
    policy = AnswerPolicy(configuration.answering, contacts: configuration.contacts)
    ruleUses = Array(repeating: 0, count: policy.allRules.count)
    answersAutomatically = policy.allRules.contains { $0.answersByItself && $0.isEnabled && $0.fault == nil }
    doorkeeper = DigestServer(
      realm: self.accounts[0].hasDomain ? self.accounts[0].settings.address.host.description : "offhook", digests: digests,
      random: self.random.split())
    alerting = AlertResolver(signals: configuration.alerts.signals)
  }

  public mutating func handle(_ input: PhoneInput, now: Moment, into outputs: inout [PhoneOutput]) {
    var step = PhoneStep(now: now)
    start(&step)
    switch input {
    case .network(let event):
      receive(event, &step)
      tell(.network(event), &step)
    case .command(let command):
      step.hasChanged = true
      obey(command, &step)
    case .media(let event):
      step.hasChanged = true
      receive(event, &step)
    case .storage(let event):
      step.hasChanged = true
      receive(event, &step)
    case .localTime(let seconds):
      secondsAheadOfUTC = min(max(seconds, -86_400), 86_400)
    case .networkChanged(let addresses, let medium):
      step.hasChanged = true
      networkChanged(addresses, medium: medium, &step)
    case .resumed:
      step.hasChanged = true
      resumed(&step)
    case .notice(let level, let text):
      step.hasChanged = true
      notice(level, text, &step)
    case .fetched(let ticket, let result):
      step.hasChanged = true
      tell(.command(.lookupFinished(ticket, result)), &step)
    case .wakeUp:
      tell(.wakeUp, &step)
    }
    drain(&step)
    expire(&step)
    drain(&step)
    if step.hasChanged {
      // Most steps are timers of the user agent that concern nobody here, and there is no difference to look for then.
      settle(&step)
      revision &+= 1
    }
    if outputs.isEmpty { outputs = step.outputs } else { outputs += step.outputs }
  }

  /// False keeps no trace of messages; for simulations, where writing it down costs a third of the time.
  public var isTracing: Bool {
    get { userAgent.isTracing }
    set { userAgent.isTracing = newValue }
  }

  public var nextDeadline: Instant? {
    mutating get {
      guard let own = ownDeadline else { return userAgent.nextDeadline }
      return min(userAgent.nextDeadline ?? own, own)
    }
  }

  // MARK: The user agent

  mutating func tell(_ input: UserAgentInput, _ step: inout PhoneStep) {
    userAgent.handle(input, now: step.now, into: &step.agent)
  }

  /// Works off what the user agent has said, and what it says to our answers.
  private mutating func drain(_ step: inout PhoneStep) {
    while let output = step.nextAgentOutput() {
      switch output {
      case .network(let order): step.outputs.append(.network(order))
      case .event(let event):
        step.hasChanged = true
        receive(event, &step)
      }
    }
  }

  private mutating func receive(_ event: any ExtensionEvent, _ step: inout PhoneStep) {
    if let event = event as? ReferEvent { receive(event, &step) }
    if let event = event as? ConnectedIdentityEvent { receive(event, &step) }
    if let event = event as? ResponseIdentityEvent { receive(event, &step) }
    if let event = event as? VerificationEvent { receive(event, &step) }
    if let event = event as? CertifiedPeerEvent { receive(event, &step) }
    if let event = event as? SignatureComplaint { receive(event, &step) }
    if case .others(let address, let count)? = event as? RegistrationEvent { receiveOthers(address, count) }
    if case .serverNotProven(let account, let realm)? = event as? DigestEvent {
      let address = PeerIdentification.shown(account.description)
      let name = DisplayText.bounded(realm) ?? "?"
      notice(
        .failure,
        "The server of \(address) (\(name)) failed to prove that it knows your password: somebody may stand between you and it.",
        &step)
    }
  }

  private mutating func receive(_ event: UserAgentEvent, _ step: inout PhoneStep) {
    switch event {
    case .registration(let id, let status): receive(status, of: id, &step)
    case .keptAlive(let id): keptAlive(id, &step)
    case .incomingSession(let id, let session): receive(session, id, &step)
    case .session(let id, let event): receive(event, of: id, &step)
    case .response(let id, let response): receive(response, to: id, &step)
    case .extended(let event): receive(event, &step)
    // Methods that this phone has no use for; 501 is for those that the core does not know (RFC 3261 section 8.2.1).
    case .request(let id, let request, _):
      tell(.command(.respond(id, status(for: request), reason: nil, HeaderFields(), nil)), &step)
    case .lookup(let ticket, .fetch(uri: let uri)):
      step.outputs.append(.fetch(ticket, FetchOrder(uri: uri, mayBePrivate: configuration.identity.fetchesPrivately)))
    case .traced(let message): trace.append(message, at: step.now.wallTime)
    }
  }
}
