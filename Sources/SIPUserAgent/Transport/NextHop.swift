public import SIPMessages
public import SansIO

/// Where a request goes next: the input of RFC 3263's server location, and what the caller knows better.
public struct NextHop: Hashable, Sendable {
  /// The topmost Route, or the Request-URI when there is none.
  public var uri: SIPURI
  /// Overrides the URI's transport parameter and DNS; nil lets them decide.
  public var transport: TransportProtocol?
  /// A flow to use before anything is looked up: the one of a registration or of a dialog. When it is dead, `uri` is located.
  public var flow: FlowReference?
  /// When true, a dead `flow` fails the request instead (RFC 5626 section 5.3: a proxy must not try another way).
  public var isFlowRequired: Bool
  /// SHA-256 of the only certificate to accept, 32 bytes; nil for the usual trust roots and the domain check of RFC 5922.
  public var pinnedCertificate: [UInt8]?
  /// What we show on a connection that is opened for it.
  public var credential: ClientCredential?
  /// Servers that are not tried at all: other flows of the same account lead there (RFC 5626 section 4.2.1).
  public var excluded: [SocketAddress] = []
  /// The Via asks for keep-alives (RFC 6223 section 4.3).
  public var offersKeepAlives = false

  /// What the branch of our Via ends with: a proxy's loop detection (RFC 3261 section 16.6 item 8). Token characters; empty for
  /// none.
  public var branchSuffix: String

  public init(
    uri: SIPURI, transport: TransportProtocol? = nil, flow: FlowReference? = nil, isFlowRequired: Bool = false,
    pinnedCertificate: [UInt8]? = nil, branchSuffix: String = ""
  ) {
    self.uri = uri
    self.transport = transport
    self.flow = flow
    self.isFlowRequired = isFlowRequired
    self.pinnedCertificate = pinnedCertificate
    self.branchSuffix = branchSuffix
  }
}
