public import SansIO

/// One moment of a call: who was there, how the phone knew, or what was done with the call.
public struct TimelineEntry: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case dialled, called
    /// The first that is known of who was reached, and it is not who was dialled.
    case reached
    case answered
    /// From now on somebody else.
    case changed
    /// The same one, under another name.
    case renamed
    /// The same one, on better authority than before.
    case confirmed
    /// A name that nobody vouches for; it is not shown as the name.
    case claimed
    /// A signature was looked at and does not hold.
    case notVerified = "not-verified"
    case held, resumed
    case heldByThem = "held-by-them"
    case resumedByThem = "resumed-by-them"
    case transferred
    /// We told the other side who we are now; name and address are ours.
    case presented
    /// And it did not take it.
    case notPresented = "not-presented"
    case ended
  }

  public var at: WallTime
  public var kind: Kind
  /// nil when the moment is not about a person.
  public var name: String?
  public var address: String?
  public var trust: IdentityTrust?
  public var source: IdentitySource?
  /// A few words more: why, by whom.
  public var note: String?

  public init(
    at: WallTime, kind: Kind, name: String? = nil, address: String? = nil, trust: IdentityTrust? = nil,
    source: IdentitySource? = nil, note: String? = nil
  ) {
    self.at = at
    self.kind = kind
    self.name = name
    self.address = address
    self.trust = trust
    self.source = source
    self.note = note
  }

  /// What a person reads before the name.
  public var words: String {
    switch kind {
    case .dialled: "you dialled"
    case .called: "called you"
    case .reached: "reached"
    case .answered: "answered"
    case .changed: "now"
    case .renamed: "renamed"
    case .confirmed: "confirmed"
    case .claimed: "claimed"
    case .notVerified: "not verified"
    case .held: "held by you"
    case .resumed: "resumed"
    case .heldByThem: "held by them"
    case .resumedByThem: "they came back"
    case .transferred: "transferred"
    case .presented: "you are now"
    case .notPresented: "not taken"
    case .ended: "ended"
    }
  }

  /// Whether it says something about who is there, which listeners want to hear at once.
  var isAboutPerson: Bool {
    switch kind {
    case .reached, .changed, .renamed, .confirmed, .claimed, .notVerified, .presented, .notPresented: true
    case .dialled, .called, .answered, .held, .resumed, .heldByThem, .resumedByThem, .transferred, .ended: false
    }
  }
}
