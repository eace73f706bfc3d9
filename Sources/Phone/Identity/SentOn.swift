import SIPMessages

/// A call that was meant for somebody else first (RFC 5806, RFC 7044): `for Reception (201), no answer; sent on to you`.
public struct SentOn: Hashable, Sendable {
  /// Who was called: the contact's name, what the message says, or the address.
  public var name: String
  /// In words: `no answer`, `busy`; nil when it was not said.
  public var reason: String?
  /// A server that we are registered at says so; else anybody may have written it.
  public var isSaidByProvider: Bool

  public init(name: String, reason: String?, isSaidByProvider: Bool) {
    self.name = name
    self.reason = reason
    self.isSaidByProvider = isSaidByProvider
  }

  public var words: String { name + (reason.map { ", \($0)" } ?? "") }

  /// The first station of the way, when it was not us. nil when the message tells of no way.
  init?(_ request: Request, contacts: [ContactConfiguration], home: SIPURI?, isSaidByProvider: Bool) {
    guard let (address, reason) = Self.firstStation(request, home: home) else { return nil }
    let peer = PeerIdentification.identify(address, trust: .saidByPeer, source: .from, contacts: contacts, home: home)
    let shown = peer.name.map { $0 == peer.address ? $0 : "\($0) (\(peer.address))" } ?? peer.address
    self.init(name: shown, reason: reason, isSaidByProvider: isSaidByProvider)
  }

  private static func firstStation(_ request: Request, home: SIPURI?) -> (NameAddress, String?)? {
    // Diversions stand newest first; the last one was there first.
    if let first = request.values(Diversion.self).prefix(16).last?.address {
      return (first, first.parameters["reason"].flatMap { diversionWords[$0.lowercased()] })
    }
    let history = request.values(HistoryInfo.self).prefix(16)
    guard history.count > 1, let first = history.first?.address else { return nil }
    if let home, first.uri.sip?.host == home.host, first.uri.sip?.decodedUser == home.decodedUser { return nil }
    return (first, history.dropFirst().lazy.compactMap { cause(of: $0.address.uri) }.first ?? cause(of: first.uri))
  }

  /// `<sip:bob@example.com?Reason=SIP%3Bcause%3D486>` (RFC 7044 section 5).
  private static func cause(of uri: URI) -> String? {
    guard let header = uri.sip?.headers.first(where: { $0.decodedName.lowercased() == "reason" }),
      let reason = try? Reason(header.decodedValue), reason.protocol.uppercased() == "SIP", let cause = reason.cause,
      (300...699).contains(cause)
    else { return nil }
    return cause == 302 ? "always" : CallEnding.words(for: StatusCode(cause), reason: "")
  }

  private static let diversionWords = [
    "no-answer": "no answer", "user-busy": "busy", "unconditional": "always", "unavailable": "not available",
    "do-not-disturb": "do not disturb", "deflection": "sent on by hand", "time-of-day": "at this time", "away": "away",
    "follow-me": "follow me", "out-of-service": "out of service",
  ]
}
