/// Who the other party is, as many servers said before P-Asserted-Identity and still do (draft-ietf-sip-privacy, never an RFC).
public struct RemotePartyID: AddressHeader {
  public static var name: HeaderName { .remotePartyID }

  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }

  /// `party=called`: the address is that of the one who is called. Without the parameter it is the caller's.
  public var isCalled: Bool { address.parameters["party"]?.lowercased() == "called" }

  /// The party wants its name and number kept from people: `privacy=full`, `name` or `uri`.
  public var wantsPrivacy: Bool {
    guard let privacy = address.parameters["privacy"]?.lowercased() else { return false }
    return privacy != "off"
  }
}

extension HeaderName {
  public static var remotePartyID: HeaderName { HeaderName("Remote-Party-ID") }
}
