/// A flow of an account came up or broke (RFC 5626).
public struct FlowReport: Hashable, Sendable {
  /// `alice@example.com`.
  public var account: String
  /// The reg-id: from 1.
  public var flow: Int
  public var isUp: Bool
  /// The host of the outbound proxy, or of the registrar when there is none.
  public var proxy: String
  /// `192.0.2.1:5061`; nil when it is down.
  public var peer: String?
  public var transport: String?
  /// The provider keeps the flow.
  public var isOutbound: Bool
  public var flowsReady: Int
  public var flowsWanted: Int
  /// Why it broke.
  public var reason: String?
  /// When the next try follows, when it is down and one is planned.
  public var retryIn: Duration?
}
