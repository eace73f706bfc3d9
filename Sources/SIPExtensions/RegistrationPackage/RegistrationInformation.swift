public import SIPMessages

/// What a registrar says about the contacts of addresses: `application/reginfo+xml` (RFC 3680 section 5).
public struct RegistrationInformation: Hashable, Sendable {
  /// What brought a contact into its state (section 4.7.1).
  public enum ContactEvent: String, Hashable, Sendable {
    case registered, created, refreshed, shortened, expired, deactivated, probation, unregistered, rejected
  }

  public struct Contact: Hashable, Sendable {
    public var id: String
    /// Else terminated.
    public var isActive: Bool
    /// nil for one that this version of the format does not know.
    public var event: ContactEvent?
    /// Seconds left.
    public var expires: UInt32?
    /// Seconds to wait before registering again; with `probation`.
    public var retryAfter: UInt32?
    /// Of the REGISTER that last changed it.
    public var callID: String?
    public var sequence: UInt32?
    /// nil when it cannot be read.
    public var uri: URI?
    /// The contact's `+sip.instance` and `reg-id`, without quotes, when the registrar tells them.
    public var instance: String?
    public var flow: String?
    /// The contact's public GRUU (RFC 5628); nil when none is told, or it cannot be read.
    public var permanentGRUU: URI?
    /// Temporary GRUUs are valid from the REGISTER with this CSeq on (RFC 5628); nil when the registrar tells of none.
    public var firstTemporarySequence: UInt32?
  }

  public struct Registration: Hashable, Sendable {
    public var id: String
    public var address: URI?
    public var contacts: [Contact]
  }

  static let namespace = "urn:ietf:params:xml:ns:reginfo"
  /// Of the elements that RFC 5628 adds.
  static let gruuNamespace = "urn:ietf:params:xml:ns:gruuinfo"
  /// More contacts than this have no phone behind them.
  static let mostContacts = 256

  public var version: UInt32
  /// Everything that there is, and not only what changed.
  public var isFull: Bool
  public var registrations: [Registration]

  /// nil for a document that is not well-formed, not of this format, or lacks what it must have. What is unknown in it is passed
  /// over.
  public init?(_ bytes: [UInt8]) {
    guard let root = try? XMLElement(parsing: bytes), root.name == "reginfo", root.namespace == Self.namespace,
      let version = root["version"].flatMap({ UInt32($0) }), let state = root["state"], ["full", "partial"].contains(state)
    else { return nil }
    self.version = version
    isFull = state == "full"
    registrations = []
    var count = 0
    for element in root.all("registration") {
      guard let id = element["id"], element["aor"] != nil, element["state"] != nil else { return nil }
      var registration = Registration(id: id, address: element["aor"].flatMap { try? URI(parsing: $0) }, contacts: [])
      for contact in element.all("contact") {
        count += 1
        guard count <= Self.mostContacts else { return nil }
        guard let contact = Contact(contact) else { return nil }
        registration.contacts.append(contact)
      }
      registrations.append(registration)
    }
  }
}

extension RegistrationInformation.Contact {
  init?(_ element: XMLElement) {
    guard let id = element["id"], let state = element["state"], ["active", "terminated"].contains(state) else { return nil }
    self.id = id
    isActive = state == "active"
    event = element["event"].flatMap { RegistrationInformation.ContactEvent(rawValue: $0) }
    // Unsigned long in the schema: what is larger than any registration lasts is cut.
    expires = element["expires"].flatMap { UInt64($0) }.map { UInt32(clamping: $0) }
    retryAfter = element["retry-after"].flatMap { UInt64($0) }.map { UInt32(clamping: $0) }
    callID = element["callid"]
    sequence = element["cseq"].flatMap { UInt32($0) }
    uri = element.first("uri").flatMap { try? URI(parsing: Self.trimmed($0.text)) }
    func parameter(_ name: String) -> String? {
      let text = element.all("unknown-param").first { $0["name"]?.lowercased() == name }?.text
      return text.map { Self.trimmed($0).filter { $0 != "\"" } }
    }
    instance = parameter("+sip.instance")
    flow = parameter("reg-id")
    func gruu(_ name: String) -> XMLElement? {
      element.children.first { $0.name == name && $0.namespace == RegistrationInformation.gruuNamespace }
    }
    permanentGRUU = gruu("pub-gruu")?["uri"].flatMap { try? URI(parsing: $0) }
    firstTemporarySequence = gruu("temp-gruu")?["first-cseq"].flatMap { UInt32($0) }
  }

  /// Without the blanks around it that a document laid out in lines has.
  private static func trimmed(_ text: String) -> String {
    let blanks: Set<Character> = [" ", "\t", "\n", "\r", "\r\n"]
    guard let start = text.firstIndex(where: { !blanks.contains($0) }), let end = text.lastIndex(where: { !blanks.contains($0) })
    else { return "" }
    return String(text[start...end])
  }
}
