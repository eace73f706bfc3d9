public import SIPMessages
public import SIPUserAgent
internal import SansIO

/// Digest authentication of our requests (RFC 3261 section 22, RFC 7616, RFC 8760).
///
/// Challenges of servers (401) and proxies (407) are answered with the credentials of the account that sent the request; of several
/// challenges for one realm the topmost that we support is taken, and every realm gets its own answer, so that a chain of proxies
/// can each ask. A known nonce is used again with the next count, without waiting to be asked. Basic is never answered.
///
/// It stands after everything that changes the body or the Request-URI, because both are hashed.
public struct DigestAuthentication: UserAgentExtension {
  public var credentials: CredentialStore
  private let digests: any Digests
  private var spaces: [ProtectionSpace] = []
  private var histories: [(exchange: ExchangeID, history: History)] = []

  /// How often each realm has refused us within one exchange.
  private struct History: Sendable {
    var tries: [RealmKey: Int] = [:]
    /// Challenges of this very exchange, which are answered whatever the host.
    var realms: Set<RealmKey> = []
  }

  private struct RealmKey: Hashable, Sendable {
    var isProxy: Bool
    var realm: String
  }

  /// A phone has a few accounts with a few proxies each; a proxy that invents a realm for each answer gains nothing.
  static let maximumSpaces = 64
  static let maximumHistories = 512
  /// A new nonce without `stale` may come once, from a server that uses each nonce once; after that the password is wrong.
  static let maximumTries = 2
  static let maximumStaleTries = 4
  /// RFC 8760 section 2.3 puts the choice in the order of the fields; nobody sends this many.
  static let maximumChallenges = 16

  public init(digests: any Digests, credentials: CredentialStore = CredentialStore()) {
    self.digests = digests
    self.credentials = credentials
  }

  // MARK: Sending

  public mutating func willSend(_ request: inout Request, _ context: inout ExtensionContext) {
    guard request.method != .ack, request.method != .cancel, let identity = context.identity else { return }
    let account = CredentialStore.key(identity.address.uri)
    let host = Self.host(of: request)
    let homes = ([identity.address.uri] + identity.routes.map(\.uri)).compactMap { $0.sip?.host.description.lowercased() }
    let asked = context.exchange.flatMap { id in histories.first { $0.exchange == id }?.history.realms } ?? []
    // Section 7.3.1: what proxies need stands at the top, so the last one is put there first.
    for index in spaces.indices.reversed() where spaces[index].account == account {
      let space = spaces[index]
      let key = RealmKey(isProxy: space.isProxy, realm: space.challenge.realm)
      guard asked.contains(key) || space.covers(request, host: host, homes: homes),
        let own = credentials.credentials(account: identity.address.uri, realm: space.challenge.realm),
        let parameters = spaces[index].answer(request, as: own, by: digests)
      else { continue }
      if space.isProxy {
        request.fields.prepend(ProxyAuthorization(scheme: "Digest", parameters: parameters))
      } else {
        request.fields.prepend(Authorization(scheme: "Digest", parameters: parameters))
      }
    }
  }

  private static func host(of request: Request) -> String? {
    request.uri.sip.map { $0.host.description.lowercased() }
  }

  // MARK: Receiving

  public mutating func didReceive(_ response: Response, to request: Request, _ context: inout ExtensionContext) -> ResponseVerdict {
    guard response.status == .unauthorized || response.status == .proxyAuthenticationRequired else {
      if response.status.isSuccess {
        // Who cannot prove who it is does not choose our next nonce either.
        if isProven(response, to: request, &context) { takeNextNonce(from: response, to: request, context) }
      }
      if response.status.isFinal { histories.removeAll { $0.exchange == context.exchange } }
      return .proceed
    }
    guard let identity = context.identity, let exchange = context.exchange, let template = context.template else { return .proceed }
    // A forking proxy may collect challenges of both kinds in one response (RFC 3261 section 22.3).
    var isAnswered = false
    for (isProxy, challenge) in Self.challenges(in: response) {
      guard let outcome = consider(challenge, isProxy: isProxy, exchange, request, identity, &context) else { continue }
      guard outcome else {
        histories.removeAll { $0.exchange == exchange }
        return .proceed
      }
      isAnswered = true
    }
    return isAnswered ? .resend(template) : .proceed
  }

  /// The topmost challenge that we support, of each realm and kind.
  private static func challenges(in response: Response) -> [(isProxy: Bool, challenge: DigestChallenge)] {
    var chosen: [(isProxy: Bool, challenge: DigestChallenge)] = []
    let add = { (isProxy: Bool, challenge: DigestChallenge?, chosen: inout [(isProxy: Bool, challenge: DigestChallenge)]) in
      guard let challenge, chosen.count < maximumChallenges else { return }
      guard !chosen.contains(where: { $0.isProxy == isProxy && $0.challenge.realm == challenge.realm }) else { return }
      chosen.append((isProxy, challenge))
    }
    // One field at a time: a malformed one must not hide the others.
    for value in response.fields.values(.wwwAuthenticate) {
      add(false, (try? WWWAuthenticate(value)).flatMap { DigestChallenge($0) }, &chosen)
    }
    for value in response.fields.values(.proxyAuthenticate) {
      add(true, (try? ProxyAuthenticate(value)).flatMap { DigestChallenge($0) }, &chosen)
    }
    return chosen
  }

  /// nil when there are no credentials for it; false when the ones there are have been refused.
  private mutating func consider(
    _ challenge: DigestChallenge, isProxy: Bool, _ exchange: ExchangeID, _ request: Request, _ identity: LocalIdentity,
    _ context: inout ExtensionContext
  ) -> Bool? {
    guard credentials.credentials(account: identity.address.uri, realm: challenge.realm) != nil,
      challenge.algorithm.hexadecimalHash(of: [], by: digests) != nil
    else { return nil }
    let key = RealmKey(isProxy: isProxy, realm: challenge.realm)
    let position = historyIndex(of: exchange)
    let tries = histories[position].history.tries[key] ?? 0
    if tries > 0, !challenge.isStale, tries >= Self.maximumTries || Self.sentNonce(in: request, key) == challenge.nonce {
      return false
    }
    guard tries < Self.maximumStaleTries else { return false }
    histories[position].history.tries[key] = tries + 1
    histories[position].history.realms.insert(key)
    let account = CredentialStore.key(identity.address.uri)
    let host = isProxy ? nil : Self.host(of: request)
    let known = spaces.first { $0.account == account && $0.isProxy == isProxy && $0.challenge.realm == challenge.realm }
    let space = ProtectionSpace(
      account: account, isProxy: isProxy, host: host, callIDs: (known?.callIDs ?? []) + [request.callID].compactMap { $0 },
      challenge: challenge, clientNonce: context.random.token(bits: 128))
    spaces.removeAll { $0.isSame(as: space) }
    spaces.append(space)
    if spaces.count > Self.maximumSpaces { spaces.removeFirst() }
    return true
  }

  private mutating func historyIndex(of exchange: ExchangeID) -> Int {
    if let known = histories.firstIndex(where: { $0.exchange == exchange }) { return known }
    if histories.count >= Self.maximumHistories { histories.removeFirst() }
    histories.append((exchange, History()))
    return histories.count - 1
  }

  private static func sentNonce(in request: Request, _ key: RealmKey) -> String? {
    let all: [Parameters] =
      key.isProxy ? request.values(ProxyAuthorization.self).map(\.parameters) : request.values(Authorization.self).map(\.parameters)
    return all.first { $0.betweenQuotes("realm") == key.realm }?.betweenQuotes("nonce")
  }

  /// RFC 7616 section 3.5: "rspauth" is the server's proof that it knows the password. False, and told to the application, when
  /// there is one and it is wrong; a server that offers none is as good as before.
  private func isProven(_ response: Response, to request: Request, _ context: inout ExtensionContext) -> Bool {
    guard let info = response.value(AuthenticationInfo.self)?.parameters, let claimed = info.betweenQuotes("rspauth"),
      let identity = context.identity
    else { return true }
    let answers = request.values(Authorization.self).map(\.parameters)
    if answers.contains(where: { expectedProof(for: $0, response, to: request, identity) == claimed.lowercased() }) { return true }
    let realm = answers.first?.betweenQuotes("realm") ?? ""
    context.report(DigestEvent.serverNotProven(account: identity.address.uri, realm: realm))
    return false
  }

  /// What the server must say that took these credentials of ours.
  private func expectedProof(
    for answer: Parameters, _ response: Response, to request: Request, _ identity: LocalIdentity
  ) -> String? {
    guard let realm = answer.betweenQuotes("realm"), let nonce = answer.betweenQuotes("nonce"),
      let uri = answer.betweenQuotes("uri"),
      let own = credentials.credentials(account: identity.address.uri, realm: realm),
      let algorithm = DigestAlgorithm(token: answer.rawValue("algorithm"))
    else { return nil }
    let calculation = DigestCalculation(
      algorithm: algorithm, username: ProtectionSpace.escaped(own.username), realm: realm, password: own.password, nonce: nonce,
      quality: answer.rawValue("qop").flatMap { DigestChallenge.Quality(rawValue: $0) },
      clientNonce: answer.betweenQuotes("cnonce") ?? "", nonceCount: answer.rawValue("nc") ?? "", method: request.method, uri: uri,
      body: response.body)
    return calculation.serverResponse(by: digests)
  }

  /// Authentication-Info names no realm; it speaks for the one server whose challenge the request answered.
  private mutating func takeNextNonce(from response: Response, to request: Request, _ context: ExtensionContext) {
    guard let next = response.value(AuthenticationInfo.self)?.parameters.betweenQuotes("nextnonce"), !next.isEmpty,
      let used = request.value(Authorization.self)?.parameters, let nonce = used.betweenQuotes("nonce"),
      let identity = context.identity
    else { return }
    let account = CredentialStore.key(identity.address.uri)
    for index in spaces.indices
    where !spaces[index].isProxy && spaces[index].account == account && spaces[index].challenge.nonce == nonce {
      spaces[index].replaceNonce(next)
    }
  }
}
