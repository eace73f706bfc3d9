public import SIPMessages
public import SIPUserAgent
public import SansIO

/// Looks at the signatures of what comes in (RFC 8224 section 6.2): requests of callers, and responses of the called.
///
/// A call is never kept waiting: what needs a certificate that is not there yet goes on as unchecked, and the verdict follows. Only
/// a policy that refuses must have the request held; and a policy that refuses is nobody's default.
public struct VerificationService: UserAgentExtension {
  public var policy: VerificationPolicy
  private let signatures: any Signatures
  private var credentials: [String: Stored] = [:]
  /// The addresses in `credentials`, the oldest first.
  private var order: [String] = []
  private var waiting: [Ticket: Waiting] = [:]
  private var verdicts: [(key: MessageKey, state: VerificationState)] = []
  /// Signatures that were good, and for which call: another call with the same one is a copy.
  private var seen: [(signature: String, callID: String, until: Int64)] = []

  private struct Stored: Sendable {
    var bytes: [UInt8]
    var until: Instant
    /// Examined once for each certificate: following a chain costs ten times what a signature costs.
    var result: Result<SigningCertificate, CertificateFault>
  }

  private struct Waiting: Sendable {
    var uri: String
    var message: SignedMessage
    var isHeld: Bool
    var until: Instant
  }

  private static let mostCredentials = 64
  private static let mostVerdicts = 256
  private static let mostWaiting = 32
  private static let mostSeen = 1024
  /// What the world does not bring within this will not come.
  private static let patience = Duration.seconds(10)
  private static let usualLifetime = Duration.seconds(3600)

  public init(signatures: any Signatures, policy: VerificationPolicy) {
    self.signatures = signatures
    self.policy = policy
  }

  /// What is known of a request's signature; nil when it has none, or nobody looked.
  public func state(of request: Request) -> VerificationState? {
    guard let key = MessageKey(request) else { return nil }
    return verdicts.last { $0.key == key }?.state
  }

  // MARK: Messages

  public mutating func didReceive(_ request: Request, _ context: inout ExtensionContext) -> RequestVerdict {
    switch request.method {
    case .ack, .cancel, .prack, .register: return .proceed
    default: break
    }
    let fields = request.values(Identity.self)
    // Section 6.2: the tokens of a kind that we do not know are as good as none.
    let isSigned = fields.contains { TokenCheck.isSupported($0.ppt, isResponse: false) }
    guard isSigned else {
      guard policy.refusal == .always, request.method == .invite, request.to?.tag == nil else {
        // Section 4.6 of RFC 4916: within a dialog an unsigned request is no reason to refuse it.
        if fields.isEmpty, !policy.anchors.isEmpty, request.fields.contains(.identity),
          let message = SignedMessage(request, session: context.session, [])
        {
          conclude(message, VerificationVerdict(fault: .invalid("its signature cannot be read")), &context)
        }
        return .proceed
      }
      let reason = fields.isEmpty ? nil : "Use Supported PASSporT Format"
      return .reject(Response(to: request, status: .useIdentityHeader, reason: reason))
    }
    guard let message = SignedMessage(request, session: context.session, fields) else { return .proceed }
    guard !policy.anchors.isEmpty else {
      // Whoever refuses calls and trusts nobody can believe none of them.
      guard policy.refusal != .never, request.to?.tag == nil else { return .proceed }
      return .reject(Response(to: request, status: .unsupportedCredential))
    }
    return look(at: message, mayHold: policy.refusal != .never, &context)
  }

  public mutating func didReceive(_ response: Response, to request: Request, _ context: inout ExtensionContext) -> ResponseVerdict {
    guard request.method == .invite, response.status < .multipleChoices, response.fields.contains(.identity),
      !policy.anchors.isEmpty, let message = SignedMessage(response, to: request, session: context.session)
    else { return .proceed }
    _ = look(at: message, mayHold: false, &context)
    return .proceed
  }

  /// RFC 9410: whoever signed learns what does not hold, also when the call goes on. One Reason for each field; which one is meant
  /// is said by its signature alone, which tells nothing that the signer does not know.
  public mutating func willSend(_ response: inout Response, to request: Request, _ context: inout ExtensionContext) {
    guard request.method != .ack, request.fields.contains(.identity), response.status > .trying,
      !response.fields.contains(.reason), case .done(let verdict)? = state(of: request)
    else { return }
    let isOne = request.values(Identity.self).count == 1
    for complaint in verdict.complaints {
      let (status, reason) = complaint.fault.status
      var field = Reason(protocol: "STIR", cause: status.rawValue, text: reason ?? status.defaultReason)
      if !isOne { field.parameters.setQuoted("ppi", complaint.token) }
      response.fields.append(field)
    }
  }

  private mutating func look(at message: SignedMessage, mayHold: Bool, _ context: inout ExtensionContext) -> RequestVerdict {
    guard let missing = missingCredential(for: message, context.now.instant) else {
      return conclude(message, verdict(for: message, context.now), &context)
    }
    guard waiting.count < Self.mostWaiting, !waiting.values.contains(where: { $0.message.key == message.key }) else {
      return .proceed
    }
    let entry = Waiting(uri: missing, message: message, isHeld: mayHold, until: context.now.instant + Self.patience)
    remember(message.key, .checking)
    if mayHold {
      let ticket = context.makeTicket()
      waiting[ticket] = entry
      return .hold(ticket, .fetch(uri: missing))
    }
    waiting[context.lookUp(.fetch(uri: missing))] = entry
    context.report(VerificationEvent(message: message, state: .checking))
    return .proceed
  }

  public mutating func lookupFinished(_ ticket: Ticket, _ result: TicketResult, _ context: inout ExtensionContext) -> RequestVerdict
  {
    guard let entry = waiting.removeValue(forKey: ticket) else { return .proceed }
    switch result {
    case .bytes(let bytes): store(bytes, Self.usualLifetime, at: entry.uri, context.now)
    case .cacheable(let bytes, let lifetime): store(bytes, lifetime, at: entry.uri, context.now)
    case .failed(let sentence):
      return conclude(entry.message, VerificationVerdict(fault: .noCredential(sentence)), &context)
    }
    // Another field of the message may name another certificate.
    if let next = missingCredential(for: entry.message, context.now.instant), next != entry.uri {
      var more = entry
      more.uri = next
      if entry.isHeld {
        let ticket = context.makeTicket()
        waiting[ticket] = more
        return .hold(ticket, .fetch(uri: next))
      }
      waiting[context.lookUp(.fetch(uri: next))] = more
      return .proceed
    }
    return conclude(entry.message, verdict(for: entry.message, context.now), &context)
  }

  public var nextDeadline: Instant? {
    mutating get { waiting.values.filter { !$0.isHeld }.map(\.until).min() }
  }

  public mutating func deadlineReached(_ context: inout ExtensionContext) {
    for ticket in waiting.filter({ !$0.value.isHeld && $0.value.until <= context.now.instant }).keys.sorted() {
      guard let entry = waiting.removeValue(forKey: ticket) else { continue }
      _ = conclude(entry.message, VerificationVerdict(fault: .noCredential("its certificate did not come in time")), &context)
    }
  }

  // MARK: Parts

  /// The first certificate that has to be fetched before the message can be judged.
  private func missingCredential(for message: SignedMessage, _ now: Instant) -> String? {
    for field in message.fields.prefix(TokenCheck.mostFields) {
      guard let uri = field.info, TokenCheck.isSupported(field.ppt, isResponse: message.isResponse), Self.isFetchable(uri) else {
        continue
      }
      if let stored = credentials[uri], stored.until > now { continue }
      return uri
    }
    return nil
  }

  /// Over https and from nowhere else; what the address leads to is for the one who fetches to watch.
  private static func isFetchable(_ uri: String) -> Bool {
    uri.utf8.count <= 1024 && uri.lowercased().hasPrefix("https://") && uri.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  private mutating func store(_ bytes: [UInt8], _ lifetime: Duration, at uri: String, _ now: Moment) {
    let kept = min(max(lifetime, .seconds(60)), .seconds(86_400))
    order.removeAll { $0 == uri }
    order.append(uri)
    if order.count > Self.mostCredentials { credentials[order.removeFirst()] = nil }
    credentials[uri] = Stored(
      bytes: bytes, until: now.instant + kept,
      result: signatures.examine(bytes, anchors: policy.anchors, at: now.wallTime.secondsSince1970))
  }

  private mutating func verdict(for message: SignedMessage, _ now: Moment) -> VerificationVerdict {
    let scene = TokenCheck.Scene(
      origins: message.origins, destination: message.destination, date: message.date, body: message.body,
      isResponse: message.isResponse, now: now.wallTime.secondsSince1970, freshness: policy.freshness)
    let credentials = credentials
    var verdict = TokenCheck(scene: scene, signatures: signatures).check(message.fields) { uri in
      guard Self.isFetchable(uri) else { return .missing("its certificate is not to be had over https") }
      switch credentials[uri]?.result {
      case .success(let certificate): return .good(certificate)
      case .failure(let fault): return .bad(fault)
      case nil: return .missing("its certificate could not be fetched")
      }
    }
    if verdict.fault == nil, isCopy(message, now.wallTime.secondsSince1970) {
      verdict = VerificationVerdict(fault: .invalid("the same signature was used for another call"))
    }
    return verdict
  }

  /// Section 12.1: whoever has seen a signature could send it again in a call of his own, for as long as it is fresh.
  private mutating func isCopy(_ message: SignedMessage, _ now: Int64) -> Bool {
    seen.removeAll { $0.until < now }
    let own = message.fields.prefix(TokenCheck.mostFields).map(\.digest)
    if seen.contains(where: { own.contains($0.signature) && $0.callID != message.key.callID }) { return true }
    for digest in own where !seen.contains(where: { $0.signature == digest }) {
      if seen.count >= Self.mostSeen { seen.removeFirst() }
      seen.append((digest, message.key.callID, now + policy.freshness * 2))
    }
    return false
  }

  @discardableResult
  private mutating func conclude(
    _ message: SignedMessage, _ verdict: VerificationVerdict, _ context: inout ExtensionContext
  ) -> RequestVerdict {
    remember(message.key, .done(verdict))
    context.report(VerificationEvent(message: message, state: .done(verdict)))
    // RFC 4916 section 4.6: what is said within a dialog is shown as unproved and not refused.
    guard let fault = verdict.fault, policy.refusal != .never, let request = message.request, request.to?.tag == nil else {
      return .proceed
    }
    let (status, reason) = fault.status
    return .reject(Response(to: request, status: status, reason: reason))
  }

  private mutating func remember(_ key: MessageKey, _ state: VerificationState) {
    verdicts.removeAll { $0.key == key }
    if verdicts.count >= Self.mostVerdicts { verdicts.removeFirst() }
    verdicts.append((key, state))
  }
}

/// How far the look at a signature is.
public enum VerificationState: Hashable, Sendable {
  case checking
  case done(VerificationVerdict)
}

/// What `VerificationService` tells the application.
public struct VerificationEvent: ExtensionEvent {
  public var message: SignedMessage
  public var state: VerificationState
}
