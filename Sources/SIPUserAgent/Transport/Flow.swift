internal import SIPMessages
internal import SansIO

/// A stream connection, from the order to open it to its end.
struct Flow: Sendable {
  enum State: Hashable, Sendable {
    /// `NetworkOrder.open` was given; nothing may be sent yet, because the Via needs our address and TLS the peer's identity.
    case opening(FlowTarget)
    case open
  }

  let id: FlowID
  let transport: TransportProtocol
  /// For an accepted flow the port is the peer's ephemeral one.
  var remote: SocketAddress
  /// nil while the flow is opening.
  var local: SocketAddress?
  var state: State
  /// Domains that the peer has proved to serve: the one asked for, and for an accepted TLS flow those of its certificate.
  var domain: String?
  var pinnedCertificate: [UInt8]?
  var credential: ClientCredential?
  var peer: TLSPeerIdentity?
  /// The listening address that the peer asked us to reach over this flow (RFC 5923); nil when it did not, or may not.
  var alias: SocketAddress?
  var framer = StreamFramer()
  /// When the rest of a message that has begun must be there; nil between messages.
  var completeBy: Instant?
  /// Why the flow is closed at the next deadline, when what came after a good message was no SIP; nil for a flow that may be read.
  var refusal: String?
  var lastUsed: Instant
  /// When the peer last said anything; nil before.
  var lastHeard: Instant?

  var isOpen: Bool { state == .open }
  /// Even numbers are ours (see `FlowID`).
  var wasOpenedByUs: Bool { id.rawValue % 2 == 0 }
}
