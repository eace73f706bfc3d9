public import SIPMessages
public import SansIO

/// Our own address, as a peer must use it.
extension TransactionLayer {
  /// A Contact URI for requests that go to `hop`: the address of the socket or connection when the way is known already, else
  /// `contactPlaceholder`, which the layer replaces when it sends.
  ///
  /// `sips` when the hop's URI is, else with the transport parameter that fits.
  public func contact(for hop: NextHop, user: String?) -> SIPURI {
    if let flow = hop.flow, let uri = contact(for: flow, user: user, isSecure: hop.uri.isSecure) { return uri }
    return SIPURI(user: user, host: .name(Self.contactPlaceholder), isSecure: hop.uri.isSecure)
  }

  /// A Contact URI for messages that go along `flow`; nil when it is gone.
  public func contact(for flow: FlowReference, user: String?, isSecure: Bool = false) -> SIPURI? {
    guard let way = transport.transport(of: flow), let local = transport.localAddress(of: flow) else { return nil }
    var uri = SIPURI(user: user, host: .name(Self.contactPlaceholder), isSecure: isSecure)
    Self.fill(&uri, over: way, local: sentBy(local, way))
    return uri
  }

  /// Our end of a flow; nil when it is gone or still opening.
  public func localAddress(of flow: FlowReference) -> SocketAddress? {
    transport.localAddress(of: flow)
  }

  /// True when requests can be sent along this flow now.
  public func isUsable(_ flow: FlowReference) -> Bool {
    transport.isUsable(flow)
  }

  /// The verified identity of the peer at the other end of a TLS connection; nil when there is none.
  public func peerIdentity(of flow: FlowID) -> TLSPeerIdentity? {
    transport.flows[flow]?.peer
  }

  /// Puts our address in the place of every placeholder in Contact.
  func fillContacts(in fields: inout HeaderFields, over way: TransportProtocol, local: SocketAddress) {
    guard let text = fields.first(.contact), Self.mayHoldPlaceholder(text), var contacts = try? fields.all(Contact.self)
    else { return }
    for index in contacts.indices {
      guard var address = contacts[index].address, case .sip(var uri) = address.uri, uri.host == .name(Self.contactPlaceholder)
      else { continue }
      Self.fill(&uri, over: way, local: local)
      address.uri = .sip(uri)
      contacts[index].address = address
    }
    fields.set(contacts)
  }

  /// A quick look before the fields are parsed; most messages name their address themselves.
  private static func mayHoldPlaceholder(_ text: String) -> Bool {
    var matched = 0
    let wanted = contactPlaceholder.utf8
    var next = wanted.startIndex
    for byte in text.utf8 {
      if byte == wanted[next] {
        matched += 1
        next = wanted.index(after: next)
        if matched == wanted.count { return true }
      } else if matched > 0 {
        matched = 0
        next = wanted.startIndex
        if byte == wanted[next] {
          matched = 1
          next = wanted.index(after: next)
        }
      }
    }
    return false
  }

  private static func fill(_ uri: inout SIPURI, over way: TransportProtocol, local: SocketAddress) {
    uri.host = .address(local.address)
    uri.port = local.port
    if uri.isSecure || !way.isReliable {
      uri.parameters.remove("transport")
    } else {
      uri.parameters.set("transport", way.parameter)
    }
  }
}
