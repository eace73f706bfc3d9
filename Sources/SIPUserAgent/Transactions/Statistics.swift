/// Counters of the transport and transaction layers, from which RFC 4780's tables can be shown. They only ever grow.
public struct Statistics: Hashable, Sendable {
  /// Requests and responses that were new to us, without retransmissions.
  public var requestsReceived: UInt64 = 0
  public var requestsSent: UInt64 = 0
  /// Responses by class: index 0 holds 1xx, 5 holds 6xx.
  public var responsesReceived: [UInt64] = Array(repeating: 0, count: 6)
  public var responsesSent: [UInt64] = Array(repeating: 0, count: 6)
  public var requestRetransmissionsReceived: UInt64 = 0
  public var requestRetransmissionsSent: UInt64 = 0
  public var responseRetransmissionsSent: UInt64 = 0
  /// Responses that match no transaction, or whose Via is not ours (RFC 3261 section 18.1.2).
  public var strayResponses: UInt64 = 0
  /// Datagrams and stream messages that could not be read.
  public var unparsableMessages: UInt64 = 0
  /// How many of them were answered with a status of the 4xx class.
  public var unparsableAnswered: UInt64 = 0
  /// Empty datagrams and CRLFs that keep a binding alive.
  public var keepAlivesReceived: UInt64 = 0
  /// Requests turned away because a table was full, or because their source had sent too many.
  public var requestsRefusedForLoad: UInt64 = 0
  /// Requests of sources that had sent far too many: not even refused.
  public var requestsIgnored: UInt64 = 0
  public var clientTimeouts: UInt64 = 0
  public var serverTimeouts: UInt64 = 0
  public var transportFailures: UInt64 = 0
  /// Requests that went to another server after the first one failed (RFC 3263 section 4.3).
  public var failovers: UInt64 = 0
  public var flowsOpened: UInt64 = 0
  public var flowsAccepted: UInt64 = 0
  /// TLS servers that were not the wanted ones (RFC 5922), and peers that broke a limit.
  public var flowsRefused: UInt64 = 0

  public init() {}

  mutating func countReceived(status: Int) {
    if (100...699).contains(status) { responsesReceived[status / 100 - 1] += 1 }
  }

  mutating func countSent(status: Int) {
    if (100...699).contains(status) { responsesSent[status / 100 - 1] += 1 }
  }
}
