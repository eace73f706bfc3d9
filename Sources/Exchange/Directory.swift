/// Whom a user of the exchange can call: the robots, for the demo's contacts.
public struct Directory: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    /// As it stands in a list of contacts: `Speaking clock`.
    public var name: String
    /// What a user dials.
    public var number: String
    /// `sip:211@example.test`.
    public var uri: String
    /// What it does, as a sentence.
    public var about: String
  }

  public var entries: [Entry]

  /// The robots of an exchange of that domain.
  public init(domain: String) {
    entries = Robot.allCases.map {
      Entry(name: $0.displayName, number: $0.number, uri: "sip:\($0.number)@\(domain)", about: $0.about)
    }
  }
}
