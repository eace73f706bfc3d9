import SIPMessages
import SansIO

/// Who is at the other end of one call, who was there before, and how the phone knows: the one place where everything that is said
/// about it comes together.
///
/// Two voices are kept apart, From and the provider. A change is a change within one voice: a refresh that repeats the From of the
/// first INVITE does not take back what the provider said. Where both speak, the provider counts; what this phone has checked
/// counts most. The newest word counts also when it is a weaker one, for it says that the person of the stronger one is gone.
struct CallIdentity: Sendable {
  /// What one message says.
  struct Words: Sendable {
    /// nil for a response.
    var from: NameAddress?
    /// What a provider that is to be believed says; nil when it says nothing, or asks not to show it.
    var asserted: NameAddress?
    var source = IdentitySource.assertedIdentity
    /// Where `from` stood.
    var voice = IdentitySource.from
  }

  struct Scene {
    var contacts: [ContactConfiguration]
    var home: SIPURI?
    var at: WallTime
  }

  private(set) var peer: PeerSnapshot
  private(set) var change: IdentityChange?
  /// Oldest first.
  private(set) var timeline: [TimelineEntry] = []
  private var said: NameAddress?
  private var asserted: NameAddress?
  private var answeredAt: WallTime?
  private var isAnswered: Bool { answeredAt != nil }
  /// An outgoing call has not said yet who was reached.
  private var mayReach = false

  /// Who was reached is told right after the answer, or it is somebody who came later.
  private static let longestAnnouncement: Int64 = 2

  /// A peer that changes its name all day long fills no memory.
  static let longestTimeline = 64

  init(_ peer: PeerSnapshot) {
    self.peer = peer
  }

  /// The user calls `address`.
  mutating func begin(dialling address: NameAddress, at: WallTime) {
    said = address
    mayReach = true
    peer.source = .dialled
    note(.dialled, at, trust: nil, source: nil)
  }

  /// Somebody calls.
  mutating func begin(_ words: Words, at: WallTime) {
    said = words.from
    asserted = words.asserted
    note(.called, at, trust: peer.trust, source: peer.source)
  }

  /// The call goes on from another one, whose place it took (RFC 3891).
  mutating func begin(_ words: Words, after former: CallIdentity, at: WallTime) {
    timeline = former.timeline
    said = words.from
    asserted = words.asserted
    answeredAt = at
    change = IdentityChange(was: former.peer, now: peer, at: at, why: "\(former.peer.shortName) transferred you")
    note(.changed, at, trust: peer.trust, source: .transfer, note: "in place of \(former.peer.shortName)")
  }

  mutating func answered(at: WallTime) {
    guard !isAnswered else { return }
    answeredAt = at
    note(.answered, at, trust: peer.source == .dialled ? nil : peer.trust, source: peer.source == .dialled ? nil : peer.source)
  }

  /// Something that is not about who is at the other end; a name and an address are ours.
  mutating func add(
    _ kind: TimelineEntry.Kind, at: WallTime, name: String? = nil, address: String? = nil, note: String? = nil
  ) {
    append(TimelineEntry(at: at, kind: kind, name: name, address: address, note: note))
  }

  /// Takes what a message says. Returns whether something is new; the newest entry of the timeline says what.
  mutating func hear(_ words: Words, _ scene: Scene) -> Bool {
    if let answeredAt, scene.at.secondsSince1970 - answeredAt.secondsSince1970 > Self.longestAnnouncement { mayReach = false }
    defer {
      if let from = words.from { said = from }
      if let address = words.asserted { asserted = address }
      if isAnswered { mayReach = false }
    }
    if let address = words.asserted {
      let isNew = asserted.map { !isSamePerson($0.uri, address.uri, scene) } ?? true
      if isNew { return take(address, .saidByProvider, words.source, scene) }
      return rename(address, former: asserted, isVouchedFor: true, words.source, scene)
    }
    guard let from = words.from else { return false }
    guard let said, PeerIdentification.isSame(said.uri, from.uri, home: scene.home) || said.uri == from.uri else {
      return take(from, .saidByPeer, words.voice, scene)
    }
    return rename(from, former: said, isVouchedFor: false, words.voice, scene)
  }

  /// This phone has checked who the present peer is, or who has just been said to be there.
  mutating func prove(_ verification: CallerVerification, _ source: IdentitySource, at: WallTime) -> Bool {
    guard peer.verification != verification else { return false }
    let former = peer.verification
    peer.verification = verification
    switch verification.state {
    case .checking: return false
    case .good:
      peer.trust = .checkedHere
      peer.source = source
      if change?.now.uri == peer.uri { change?.now = peer }
      note(.confirmed, at, trust: .checkedHere, source: source, note: verification.words)
      return true
    case .failed:
      if peer.trust == .checkedHere { peer.trust = .saidByPeer }
      guard former?.state != .failed else { return false }
      note(.notVerified, at, trust: peer.trust, source: source, note: verification.words)
      return true
    }
  }

  // MARK: Parts

  private mutating func take(_ address: NameAddress, _ trust: IdentityTrust, _ source: IdentitySource, _ scene: Scene) -> Bool {
    var new = PeerIdentification.identify(address, trust: trust, source: source, contacts: scene.contacts, home: scene.home)
    if new.uri == peer.uri || isSamePerson(peer, address.uri, scene) {
      guard trust > peer.trust || peer.source == .dialled else {
        return rename(address, former: nil, isVouchedFor: trust > .saidByPeer, source, scene)
      }
      let isBetter = trust > peer.trust
      // The address stays as the user knows it; the name comes with the better word.
      if !peer.nameIsOurs { peer.name = new.name ?? peer.name }
      peer.trust = trust
      peer.source = source
      guard isBetter else { return false }
      note(.confirmed, scene.at, trust: trust, source: source)
      return true
    }
    new.verification = nil
    let was = peer
    peer = new
    if mayReach {
      note(.reached, scene.at, trust: trust, source: source)
    } else {
      change = IdentityChange(was: was, now: new, at: scene.at, why: Self.why(source))
      note(.changed, scene.at, trust: trust, source: source)
    }
    return true
  }

  /// The same person under another name: believed when somebody vouches for it, or when there was no name at all.
  private mutating func rename(
    _ address: NameAddress, former: NameAddress?, isVouchedFor: Bool, _ source: IdentitySource, _ scene: Scene
  ) -> Bool {
    let name = address.displayName.flatMap { DisplayText.bounded($0) }
    guard let name, name != former?.displayName.flatMap({ DisplayText.bounded($0) }), name != peer.name else { return false }
    if !peer.nameIsOurs, isVouchedFor || peer.name == nil {
      peer.name = name
      peer.imitates = NameCheck.imitated(name, contacts: scene.contacts)
      note(.renamed, scene.at, trust: isVouchedFor ? .saidByProvider : .saidByPeer, source: source)
    } else {
      append(
        TimelineEntry(
          at: scene.at, kind: .claimed, name: name, trust: isVouchedFor ? .saidByProvider : .saidByPeer, source: source,
          note: peer.nameIsOurs
            ? "not shown as the name: your contact's name goes before" : "not shown as the name: nobody vouched for it"))
    }
    return true
  }

  private func isSamePerson(_ peer: PeerSnapshot, _ uri: URI, _ scene: Scene) -> Bool {
    guard let known = try? URI(parsing: peer.uri) else { return false }
    return isSamePerson(known, uri, scene)
  }

  /// A provider may write its own host or an IP address where the user dialled the domain: `201` is `201` there.
  private func isSamePerson(_ one: URI, _ two: URI, _ scene: Scene) -> Bool {
    if PeerIdentification.isSame(one, two, home: scene.home) { return true }
    guard let left = one.sip, let right = two.sip, let user = left.decodedUser, user == right.decodedUser, let home = scene.home
    else {
      return false
    }
    return [left.host, right.host].allSatisfy { $0 == home.host || $0.isAddress }
  }

  private mutating func note(
    _ kind: TimelineEntry.Kind, _ at: WallTime, trust: IdentityTrust?, source: IdentitySource?, note: String? = nil
  ) {
    append(
      TimelineEntry(at: at, kind: kind, name: peer.name, address: peer.address, trust: trust, source: source, note: note))
  }

  private mutating func append(_ entry: TimelineEntry) {
    // The first entries say how it began; what is lost of a flood is its middle.
    if timeline.count >= Self.longestTimeline { timeline.remove(at: Self.longestTimeline / 2) }
    timeline.append(entry)
  }

  private static func why(_ source: IdentitySource) -> String {
    switch source {
    case .assertedIdentity, .remotePartyID: "your provider says so (\(source.words))"
    case .from: "the other side says so: its From has changed"
    case .responder: "the other side says so in its answer (Responder)"
    case .signature, .responseSignature, .certificate: "this phone has checked it (\(source.words))"
    case .transfer: "a transfer"
    case .dialled: "you dialled"
    }
  }
}

extension Host {
  fileprivate var isAddress: Bool {
    if case .address = self { true } else { false }
  }
}
