internal import SIPMessages
internal import SansIO

/// What RFC 3261 section 18 and RFC 3581 say about the topmost Via.
enum ViaHandling {
  /// Every branch of ours starts with this (RFC 3261 section 8.1.1.7).
  static let magicCookie = "z9hG4bK"

  /// True when a branch identifies a transaction by itself. The cookie alone does not (RFC 4475 section 3.2.1).
  static func isUnique(_ branch: String?) -> Bool {
    guard let branch else { return false }
    return branch.utf8.count > magicCookie.utf8.count && branch.hasPrefix(magicCookie)
  }

  /// The Via of a request of ours.
  static func make(transport: TransportProtocol, local: SocketAddress, branch: String) -> Via {
    var parameters = Parameters([("branch", branch)])
    // RFC 3581 section 3: always ask for the response to come back the way the request went.
    if !transport.isReliable { parameters.set("rport", nil) }
    return Via(transport: transport.viaToken, host: .address(local.address), port: local.port, parameters: parameters)
  }

  /// The Via that a server passes on: `received` when the sender is not who it says, and `rport` filled in (section 18.2.1,
  /// RFC 3581 section 4). nil when nothing has to change.
  static func stamped(_ via: Via, source: SocketAddress) -> Via? {
    var stamped = via
    let wantsPort = via.parameters.has("rport")
    if wantsPort { stamped.parameters.set("rport", String(source.port)) }
    if wantsPort || via.host.address != source.address {
      // RFC 5954 section 4.1 has IPv6 in `received` without brackets; parsers take both.
      stamped.parameters.set("received", source.address.description)
    } else if via.parameters.has("received") {
      // Whoever wrote it, it was not us.
      stamped.parameters.remove("received")
    } else {
      return nil
    }
    return stamped
  }

  /// Where a response to a request with this topmost Via (already stamped) goes when it goes as a datagram, or when its connection
  /// is gone (section 18.2.2). nil when that is a host name that would have to be looked up.
  static func responseAddress(_ via: Via, source: SocketAddress, transport: TransportProtocol) -> SocketAddress? {
    if !transport.isReliable {
      // Section 18.2.2 wants maddr followed wherever it leads. A stranger could then have us answer to a victim of his choice, from
      // our address and with more bytes than he sent. What maddr is for needs less: the group to which a multicast request went, or
      // the sender itself.
      if let text = via.parameters["maddr"], let address = IPAddress(text), address.isMulticast || address == source.address {
        return SocketAddress(address, port: via.port ?? transport.defaultPort)
      }
      if via.parameters.has("rport") { return source }
    }
    let address = via.parameters.has("received") ? source.address : via.host.address
    return address.map { SocketAddress($0, port: via.port ?? transport.defaultPort) }
  }

  /// Where our request came from in the eyes of whoever answered it (RFC 3581 section 4); nil when it does not say.
  static func source(_ via: Via) -> SocketAddress? {
    guard let port = via.rport, let address = via.received ?? via.host.address else { return nil }
    return SocketAddress(address, port: port)
  }

  /// Whether a response's topmost Via is the one that we sent (section 18.1.2).
  static func isOwn(_ via: Via, sent: Via) -> Bool {
    let standard: UInt16 = sent.transport.lowercased() == "tls" ? 5061 : 5060
    return via.host == sent.host && (via.port ?? standard) == (sent.port ?? standard)
  }
}
