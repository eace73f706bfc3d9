public import SIPMessages
public import SIPUserAgent
public import SansIO

/// Listens to what the registrar says about the addresses that this phone has registered (RFC 3680, as a subscriber).
///
/// Somebody else may take a registration away: an administrator, or another phone of the same user. Without this the phone would
/// find out at its next refresh and look ready until then. The subscription is made once for each address, along whatever flow the
/// registration took, and is quiet where the server does not know the package.
public struct RegistrationEvents: UserAgentExtension {
  /// Whether a server is asked.
  public enum Use: Hashable, Sendable {
    case always
    /// When the 2xx to REGISTER lists the package in Allow-Events.
    case whenOffered
    case never
  }

  /// A registration of ours that stands.
  private struct Binding: Sendable {
    let id: RegistrationID
    let address: URI
    let contact: URI
    let callID: String?
    let sequence: UInt32
    let instance: String?
    let flow: String?
    /// The GRUUs of the last 2xx, as it wrote them; nil when it gave none.
    let permanentGRUU: String?
    let temporaryGRUU: String?
    /// A document has listed it: from then on its absence means something.
    var wasSeen = false
  }

  /// One address that is listened to.
  private struct Watch: Sendable {
    let address: URI
    var identity: LocalIdentity
    var subscription: SubscriptionID?
    var table = RegistrationTable()
    /// The server has said that it will never do.
    var isRefused = false
    var retryAt: Instant?
    /// Endings in a row, for the pause after them.
    var failures = 0
    var since: Instant
    var others = 0
  }

  /// A binding is made anew at once when it is lost, but two phones that take each other's away do so once in this time.
  static let leastPause = Duration.seconds(60)
  private static let longestPause = Duration.seconds(3600)

  /// For addresses that are not listed here: when it is offered.
  private let uses: [(address: URI, use: Use)]
  private var bindings: [Binding] = []
  private var watches: [Watch] = []
  /// When each registration was last made anew because of what was said here.
  private var renewals: [RegistrationID: Instant] = [:]

  public init(uses: [(address: URI, use: Use)] = []) {
    self.uses = uses
  }

  public var methods: [Method] { [.notify] }

  // MARK: Registrations

  public mutating func registration(
    _ id: RegistrationID, _ status: RegistrationStatus, _ identity: LocalIdentity, _ context: inout ExtensionContext
  ) {
    switch status {
    case .registering: break
    case .registered(let facts):
      stands(id, facts, identity)
      listen(identity.address.uri, identity, facts, &context)
    case .failed: bindings.removeAll { $0.id == id }
    case .unregistered: forget(id, identity.address.uri, &context)
    }
  }

  public mutating func willSend(_ request: inout Request, _ context: inout ExtensionContext) {
    // What is said of a binding that we take away ourselves is no news.
    guard request.method == .register, request.expires?.seconds == 0, let id = context.registration, let identity = context.identity
    else { return }
    forget(id, identity.address.uri, &context)
  }

  private mutating func stands(_ id: RegistrationID, _ facts: RegistrationFacts, _ identity: LocalIdentity) {
    let own = facts.response.contacts.first { $0.uri.map { Self.isSame($0, facts.contact) } ?? false }
    let former = bindings.first { $0.id == id }
    bindings.removeAll { $0.id == id }
    var binding = Binding(
      id: id, address: identity.address.uri, contact: facts.contact, callID: facts.response.callID,
      sequence: facts.response.cseq?.number ?? 0, instance: own?.parameters["+sip.instance"], flow: own?.parameters["reg-id"],
      permanentGRUU: own?.parameters["pub-gruu"], temporaryGRUU: own?.parameters["temp-gruu"])
    binding.wasSeen = former.map { $0.wasSeen && Self.isSame($0.contact, facts.contact) } ?? false
    bindings.append(binding)
  }

  private mutating func listen(
    _ address: URI, _ identity: LocalIdentity, _ facts: RegistrationFacts, _ context: inout ExtensionContext
  ) {
    if let index = watches.firstIndex(where: { $0.address.matches(address) }) {
      watches[index].identity = identity
      if watches[index].subscription == nil, watches[index].retryAt == nil, !watches[index].isRefused { subscribe(index, &context) }
      return
    }
    switch uses.first(where: { $0.address.matches(address) })?.use ?? .whenOffered {
    case .never: return
    case .always: break
    case .whenOffered:
      let packages = facts.response.values(AllowEvents.self).flatMap(\.packages)
      guard packages.contains(where: { $0.lowercased() == RegistrationPackage.name }) else { return }
    }
    watches.append(Watch(address: address, identity: identity, since: context.now.instant))
    subscribe(watches.count - 1, &context)
  }

  private mutating func forget(_ id: RegistrationID, _ address: URI, _ context: inout ExtensionContext) {
    bindings.removeAll { $0.id == id }
    renewals[id] = nil
    guard !bindings.contains(where: { $0.address.matches(address) }),
      let index = watches.firstIndex(where: { $0.address.matches(address) })
    else { return }
    if let subscription = watches.remove(at: index).subscription { context.unsubscribe(subscription) }
  }

  // MARK: Subscriptions

  private mutating func subscribe(_ index: Int, _ context: inout ExtensionContext) {
    watches[index].retryAt = nil
    watches[index].table.forgetVersion()
    watches[index].since = context.now.instant
    watches[index].subscription = context.subscribe(
      SubscribeOrder(
        identity: watches[index].identity, target: watches[index].address,
        event: Event(RegistrationPackage.name, parameters: Parameters()), accepts: RegistrationPackage.contentTypes,
        duration: RegistrationPackage.defaultDuration))
  }

  public mutating func subscription(_ id: SubscriptionID, _ event: SubscriptionEvent, _ context: inout ExtensionContext) {
    guard let index = watches.firstIndex(where: { $0.subscription == id }) else { return }
    switch event {
    case .notified(let body):
      guard let body, let document = RegistrationPackage.state(in: body) else { return }
      read(document, index, &context)
    case .ended(let ending): ended(index, ending, &context)
    }
  }

  private mutating func ended(_ index: Int, _ ending: SubscriptionEnding, _ context: inout ExtensionContext) {
    let now = context.now.instant
    watches[index].subscription = nil
    if now - watches[index].since > Self.leastPause { watches[index].failures = 0 }
    watches[index].failures += 1
    var pause = Duration.seconds(1 << Int64(min(watches[index].failures, 12)))
    switch ending {
    case .bySubscriber: return
    case .byNotifier(let reason, let retryAfter):
      // RFC 6665 section 4.1.3.
      if let reason, ["rejected", "noresource", "invariant"].contains(reason) {
        watches[index].isRefused = true
        return
      }
      if reason == "deactivated", watches[index].failures == 1 { pause = .zero }
      if reason == "probation" || reason == "giveup" { pause = max(pause, Self.leastPause) }
      if let retryAfter { pause = .seconds(Int64(retryAfter)) }
    case .expired: break
    // It never said anything: asking again soon would not help.
    case .silent, .failed(.requestTimeout): pause = Self.longestPause
    case .failed(let status):
      switch status {
      case .serverInternalError, .badGateway, .serviceUnavailable, .serverTimeout, .callDoesNotExist:
        pause = max(pause, Self.leastPause)
      // 489, 405, 403 and whatever else is no passing trouble.
      default:
        watches[index].isRefused = true
        return
      }
    }
    pause = min(pause, Self.longestPause)
    watches[index].retryAt = now + pause + .milliseconds(Int64(context.random.next(below: 1000)))
  }

  public var nextDeadline: Instant? { watches.compactMap(\.retryAt).min() }

  public mutating func deadlineReached(_ context: inout ExtensionContext) {
    for index in watches.indices {
      guard let at = watches[index].retryAt, at <= context.now.instant else { continue }
      watches[index].retryAt = nil
      // Without a registration there is nothing to hear of; the next one that stands subscribes.
      let address = watches[index].address
      if bindings.contains(where: { $0.address.matches(address) }) { subscribe(index, &context) }
    }
  }

  // MARK: What the registrar says

  private mutating func read(_ document: RegistrationInformation, _ index: Int, _ context: inout ExtensionContext) {
    let address = watches[index].address
    switch watches[index].table.read(document) {
    case .outdated: return
    case .read: break
    // Section 5.2: "the subscriber SHOULD generate a refresh request to trigger a full state notification".
    case .readWithGap: watches[index].subscription.map { context.refreshSubscription($0) }
    }
    // Other addresses of the user may be told of too, and are none of this subscription's business.
    let contacts = document.registrations.filter { $0.address?.matches(address) ?? false }.flatMap(\.contacts)
    for place in bindings.indices.reversed() where bindings[place].address.matches(address) {
      let own = contacts.last { Self.means($0, bindings[place]) }
      if let own, own.isActive {
        bindings[place].wasSeen = true
        // Section 4.7.1: it was made shorter "to trigger the contact to re-register".
        if own.event == .shortened || Self.hasOtherGRUUs(own, bindings[place]) { renew(bindings[place].id, &context) }
      } else if let own {
        withdraw(bindings.remove(at: place).id, own, &context)
      } else if document.isFull, bindings[place].wasSeen {
        withdraw(bindings.remove(at: place).id, nil, &context)
      }
    }
    let others = watches[index].table.contacts.count { contact in
      !bindings.contains { Self.means(contact, $0) || contact.instance != nil && contact.instance == $0.instance }
    }
    if others != watches[index].others {
      watches[index].others = others
      context.report(RegistrationEvent.others(address: address, count: others))
    }
  }

  private mutating func renew(_ id: RegistrationID, _ context: inout ExtensionContext) {
    let now = context.now.instant
    if let last = renewals[id], now - last < Self.leastPause { return }
    renewals[id] = now
    context.refreshRegistration(id)
  }

  private mutating func withdraw(
    _ id: RegistrationID, _ contact: RegistrationInformation.Contact?, _ context: inout ExtensionContext
  ) {
    let now = context.now.instant
    let sentence: String
    var pause = Duration.zero
    switch contact?.event {
    case .rejected:
      context.withdrawBinding(of: id, because: "the provider ended it and will not take it back (rejected)", retryIn: nil)
      return
    case .probation:
      sentence = "the provider ended it for a while (probation)"
      pause = .seconds(Int64(min(max(contact?.retryAfter ?? 60, 1), 3600)))
    case .deactivated: sentence = "the provider ended it and wants it made anew (deactivated)"
    case .unregistered: sentence = "another phone, or somebody with your password, signed this phone out"
    case .expired: sentence = "the provider let it run out"
    case .registered, .created, .refreshed, .shortened, nil: sentence = "the provider does not list this phone any more"
    }
    if let last = renewals[id], now - last < Self.leastPause { pause = max(pause, Self.leastPause) }
    renewals[id] = now
    context.withdrawBinding(of: id, because: sentence, retryIn: pause)
  }

  /// Whether a row is about a binding of ours as it stands: an older one of this phone may well have ended.
  private static func means(_ contact: RegistrationInformation.Contact, _ binding: Binding) -> Bool {
    guard let uri = contact.uri, isSame(uri, binding.contact) else { return false }
    if let callID = contact.callID, let own = binding.callID, callID != own { return false }
    if let sequence = contact.sequence, sequence < binding.sequence { return false }
    if let instance = contact.instance, let own = binding.instance, instance != own { return false }
    if let flow = contact.flow, let own = binding.flow, flow != own { return false }
    return true
  }

  /// Whether the registrar has taken back a GRUU that it gave this binding (RFC 5628): a refresh brings those that are valid now.
  private static func hasOtherGRUUs(_ contact: RegistrationInformation.Contact, _ binding: Binding) -> Bool {
    if let told = contact.permanentGRUU, let own = binding.permanentGRUU {
      // One that we cannot read was never used.
      guard let own = try? URI(parsing: own) else { return false }
      if !told.matches(own) { return true }
    }
    guard binding.temporaryGRUU != nil, let first = contact.firstTemporarySequence else { return false }
    return first > binding.sequence
  }

  /// The same place. Parameters say how to get there, and registrars do not repeat all of them.
  private static func isSame(_ one: URI, _ other: URI) -> Bool {
    guard let one = one.sip, let other = other.sip else { return one.matches(other) }
    return one.host == other.host && one.port == other.port && one.decodedUser == other.decodedUser
  }
}
