public import SansIO

/// One flow of an account, as an account page shows it.
public struct FlowSnapshot: Hashable, Sendable {
  public enum State: Hashable, Sendable {
    case ready
    case registering
    /// The sentence says why; `retryAt` when it is tried again.
    case failed(String, retryAt: Instant?)
    case offline
  }

  /// The reg-id: from 1.
  public var number: Int
  public var state: State
  /// `TLS`; nil while unknown.
  public var transport: String?
  /// `192.0.2.1:5061`; nil while unknown.
  public var peer: String?
  /// The host of the outbound proxy, or of the registrar when there is none.
  public var proxy: String?
  /// The provider keeps this flow; false for a plain registration.
  public var isOutbound = false
  /// How long the flow may be silent, as the server said.
  public var flowTimer: Duration?
  /// When the server last answered a keep-alive; nil before.
  public var lastKeepAlive: Instant?
  /// When the registration is refreshed; nil when nothing is planned.
  public var refreshAt: Instant?
  public var serviceRoute: [String] = []
  /// The way from the registrar to this phone.
  public var path: [String] = []
  public var publicGRUU: String?
  public var temporaryGRUU: String?

  public init(number: Int, state: State) {
    self.number = number
    self.state = state
  }
}
