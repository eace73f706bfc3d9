public import SIPMessages
public import SansIO

/// A request as it arrived.
public struct ReceivedRequest: Sendable {
  /// The request; its topmost Via carries `received` and `rport` where RFC 3261 section 18.2.1 and RFC 3581 ask for them.
  public var request: Request
  /// What was read from the wire, before anything was added; nil when the request did not come from a network.
  public var received: ReceivedMessage?
  public var from: ReceivedFrom

  public init(request: Request, received: ReceivedMessage?, from: ReceivedFrom) {
    self.request = request
    self.received = received
    self.from = from
  }

  public var transport: TransportProtocol { from.transport }
  public var source: SocketAddress { from.source }
  public var flow: FlowReference { from.flow }
}
