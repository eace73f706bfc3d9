/// The names that are registered (RFC 7462 section 9.2.1), with what they say about a call.
extension AlertURN {
  /// One registered name. Countries are not listed; see `isRegistered`.
  public struct Registered: Hashable, Sendable {
    public let urn: AlertURN
    /// What it means, in the words of a sentence about the call: `from outside`.
    public let words: String
    /// The category's default: it asks for nothing, and keeps later names of its category from asking (section 8.2).
    public let isDefault: Bool
  }

  /// In the order of the registry.
  public static let registered: [Registered] = [
    ("service:normal", "no special service", true),
    ("service:call-waiting", "they are in another call", false),
    ("service:forward", "forwarded", false),
    ("service:recall:callback", "your callback", false),
    ("service:recall:hold", "still on hold", false),
    ("service:recall:transfer", "transfer came back", false),
    ("source:unclassified", "from somewhere", true),
    ("source:internal", "from inside", false),
    ("source:external", "from outside", false),
    ("source:friend", "from a friend", false),
    ("source:family", "from the family", false),
    ("priority:normal", "normal priority", true),
    ("priority:low", "not urgent", false),
    ("priority:high", "URGENT", false),
    ("duration:normal", "normal length", true),
    ("duration:short", "rings briefly", false),
    ("duration:long", "rings long", false),
    ("delay:none", "no delay", true),
    ("delay:yes", "rings late", false),
    ("locale:default", "no country", true),
  ].map { Registered(urn: named($0), words: $1, isDefault: $2) }

  /// True for a name of the registry and for `locale:country:` with two letters (ISO 3166-1).
  public var isRegistered: Bool {
    Self.registered.contains { $0.urn == self } || country != nil
  }

  /// Two letters in lower case; nil unless this names a country and nothing narrower.
  public var country: String? {
    let start = Array("locale:country:".utf8)
    guard identifier.count == start.count + 2, identifier.starts(with: start) else { return nil }
    let code = identifier[start.count...]
    return code.allSatisfy { $0 &- 97 < 26 } ? String(decoding: code, as: UTF8.self) : nil
  }

  public static func country(_ code: String) -> AlertURN? {
    AlertURN("urn:alert:locale:country:" + code.lowercased())
  }

  public static let callWaiting = named("service:call-waiting")
  public static let forward = named("service:forward")
  public static let internalSource = named("source:internal")
  public static let externalSource = named("source:external")
  public static let friend = named("source:friend")
  public static let family = named("source:family")
  public static let highPriority = named("priority:high")
  public static let lowPriority = named("priority:low")

  private static func named(_ identifier: String) -> AlertURN {
    AlertURN(identifier: Array(identifier.utf8))
  }
}
