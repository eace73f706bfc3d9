public import SansIO

/// What the world tells a machine that speaks SIP over a network.
///
/// The same events reach a phone, an exchange and a scripted peer; the same orders leave them. Real sockets and the simulated
/// network are two worlds for them.
public enum NetworkEvent: Hashable, Sendable {
  /// A local socket listens (streams) or is bound (UDP) and may be used from now on. Told once more with the same number when its
  /// addresses have changed.
  ///
  /// One that is bound to all addresses of the machine has `routes`: peers in these networks reach it at these, the most specific
  /// network first, and everybody else at the address beside them. nil: it is bound to that address alone.
  case listening(ListenerID, TransportProtocol, SocketAddress, routes: [SourceRoute]? = nil)
  /// A local socket is gone, or never came: `reason` is a sentence for a person.
  case listenerFailed(ListenerID, TransportProtocol, reason: String)
  /// One whole UDP datagram.
  case datagram([UInt8], from: SocketAddress, to: ListenerID)
  /// A datagram to `to` came back (ICMP port or host unreachable), or could not be sent.
  case datagramFailed(to: SocketAddress, from: ListenerID)
  /// A connection that the machine asked for with `NetworkOrder.open` stands.
  case opened(FlowID, ConnectionFacts)
  /// A peer connected to a listening socket. The world chooses the number, always an odd one.
  case accepted(FlowID, TransportProtocol, ConnectionFacts)
  /// The next bytes of a stream, in whatever pieces they arrived.
  case bytes([UInt8], on: FlowID)
  /// The connection could not be opened, broke, or was closed by the peer. Its number is never used again.
  case failed(FlowID, FlowFailure)
  /// The answer to `NetworkOrder.resolve`.
  case resolved(LookupID, LookupResult)
}

/// What a machine asks of the world.
public enum NetworkOrder: Hashable, Sendable {
  case datagram([UInt8], to: SocketAddress, from: ListenerID)
  /// Open a connection. The machine chooses the number, always an even one. Bytes may be ordered at once; the world queues them.
  case open(FlowID, FlowTarget)
  case bytes([UInt8], on: FlowID)
  /// Close after what was ordered before has been written. No `failed` follows.
  case close(FlowID)
  case resolve(LookupID, DNSQuestion)
}

public enum ListenerKind {}
/// A local socket that receives: bound UDP, or listening TCP or TLS. Numbered by the world.
public typealias ListenerID = Identifier<ListenerKind>

public enum FlowKind {}
/// A stream connection (RFC 5626 section 3.1). Even numbers are opened by the machine, odd ones were accepted by the world.
public typealias FlowID = Identifier<FlowKind>

public enum LookupKind {}
public typealias LookupID = Identifier<LookupKind>

/// A certificate of ours and its key, by the names of their files: what an account shows to its server (RFC 5246 section 7.4.6).
public struct ClientCredential: Hashable, Sendable {
  public var certificateFile: String
  public var keyFile: String

  public init(certificateFile: String, keyFile: String) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }
}

/// Where a new stream connection goes and whom it must find there.
public struct FlowTarget: Hashable, Sendable {
  public var transport: TransportProtocol
  public var remote: SocketAddress
  /// The name to send in TLS's server name indication; nil when the next hop was given as an address.
  public var serverName: String?
  /// SHA-256 of the certificate's DER form that alone is accepted, 32 bytes; nil means the usual trust roots decide.
  public var pinnedCertificate: [UInt8]?
  /// Our own certificate to show when the server asks for one; nil for the one that the world has for everybody.
  public var credential: ClientCredential?
  /// The listening socket's address to leave from, when the machine cares.
  public var local: IPAddress?

  public init(
    transport: TransportProtocol, remote: SocketAddress, serverName: String? = nil, pinnedCertificate: [UInt8]? = nil,
    local: IPAddress? = nil
  ) {
    self.transport = transport
    self.remote = remote
    self.serverName = serverName
    self.pinnedCertificate = pinnedCertificate
    self.local = local
  }
}

/// What the world knows about a connection that stands.
public struct ConnectionFacts: Hashable, Sendable {
  public var local: SocketAddress
  public var remote: SocketAddress
  /// nil on TCP, and for an accepted TLS connection whose client showed no certificate.
  public var peer: TLSPeerIdentity?

  public init(local: SocketAddress, remote: SocketAddress, peer: TLSPeerIdentity? = nil) {
    self.local = local
    self.remote = remote
    self.peer = peer
  }
}

/// The identities in a certificate whose chain the world has verified (or whose pin matched). Whether they are the wanted ones is
/// decided by the machine, after RFC 5922 section 7.
public struct TLSPeerIdentity: Hashable, Sendable {
  /// subjectAltName entries of type uniformResourceIdentifier, as written.
  public var uris: [String]
  /// subjectAltName entries of type dNSName, as written.
  public var dnsNames: [String]
  /// The subject's common name; used only when there is no subjectAltName of either kind (RFC 5922 section 7.1).
  public var commonName: String?
  /// SHA-256 of the certificate's DER form, 32 bytes.
  public var fingerprint: [UInt8]
  /// True when the certificate was accepted because of an explicit pin.
  public var isPinned: Bool

  public init(uris: [String], dnsNames: [String], commonName: String?, fingerprint: [UInt8], isPinned: Bool) {
    self.uris = uris
    self.dnsNames = dnsNames
    self.commonName = commonName
    self.fingerprint = fingerprint
    self.isPinned = isPinned
  }
}

public enum FlowFailure: Hashable, Sendable {
  case refused
  case unreachable
  case timedOut
  case closedByPeer
  /// The TLS handshake or the certificate chain failed; a sentence for a person.
  case tls(String)
  /// Anything else, as a sentence for a person.
  case other(String)
}

/// A question of the Domain Name System (RFC 3263, RFC 7984).
public struct DNSQuestion: Hashable, Sendable {
  public enum RecordType: Hashable, Sendable { case naptr, srv, a, aaaa }
  public var name: String
  public var type: RecordType

  public init(name: String, type: RecordType) {
    self.name = name
    self.type = type
  }
}

public enum LookupResult: Hashable, Sendable {
  /// May be empty: the name exists without such records, or does not exist.
  case records([DNSRecord])
  /// No answer could be had; a sentence for a person.
  case failed(String)
}

public enum DNSRecord: Hashable, Sendable {
  case naptr(order: UInt16, preference: UInt16, flags: String, service: String, replacement: String)
  case srv(priority: UInt16, weight: UInt16, port: UInt16, target: String)
  case address(IPAddress)
}

/// A machine at the border of the world: network events and time in, orders out.
public protocol NetworkedMachine {
  associatedtype Input
  associatedtype Output
  /// When `handle` wants to be called with `NetworkedMachine.wakeUp`, or nil.
  var nextDeadline: Instant? { mutating get }
  mutating func handle(_ input: Input, now: Moment, into outputs: inout [Output])
}
