import SIPMessages
import SansIO

/// Which of the bindings that the registrar lists is ours, and when it is renewed.
extension Registration {
  /// With outbound, instance and reg-id together name a binding (RFC 5626 section 6), else its URI does.
  func ownBinding(in bindings: [Contact], _ sent: URI?, _ response: Response) -> Contact? {
    if let outbound = settings.outbound {
      let ours = bindings.first {
        $0.parameters["+sip.instance"] == outbound.instanceValue && $0.parameters["reg-id"] == String(outbound.flow)
      }
      if let ours { return ours }
    }
    return bindings.first { $0.uri.map { Self.isSame($0, sent, seenAs: response.topVia) } ?? false }
  }

  /// The registrar gives our contact back, perhaps with other parameters or behind another address after a NAT.
  /// The latter is where the request came from in the registrar's eyes, which it writes into our Via.
  private static func isSame(_ stored: URI, _ sent: URI?, seenAs via: Via?) -> Bool {
    guard let sent else { return false }
    if stored.matches(sent) { return true }
    guard let left = stored.sip, let right = sent.sip, left.decodedUser == right.decodedUser else { return false }
    if left.host == right.host, left.port == right.port { return true }
    guard let received = via?.parameters["received"].flatMap({ IPAddress($0) }) else { return false }
    let port = via?.parameters["rport"].flatMap { UInt16($0) } ?? right.port
    return left.host == .address(received) && (left.port ?? 5060) == (port ?? 5060)
  }

  /// Early enough that a lost REGISTER can be repeated, but no more often than needed: ten minutes before the end, or halfway.
  static func refreshPause(of lifetime: Duration) -> Duration {
    lifetime >= .seconds(1200) ? lifetime - .seconds(600) : lifetime / 2
  }
}
