/// The three base values from which table 4 of RFC 3261 derives every timer of a transaction.
public struct TransactionTimers: Hashable, Sendable {
  /// T1, the estimate of a round trip; 500 ms unless the network is known to be slower.
  public var t1: Duration
  /// T2, the longest interval between retransmissions of a non-INVITE request and of a final response to an INVITE; 4 s.
  public var t2: Duration
  /// T4, how long a message may linger in the network; 5 s.
  public var t4: Duration
  /// How long the INVITE server transaction waits for the transaction user before it says 100 by itself (section 17.2.1); 200 ms.
  public var trying: Duration

  public init(
    t1: Duration = .milliseconds(500), t2: Duration = .seconds(4), t4: Duration = .seconds(5), trying: Duration = .milliseconds(200)
  ) {
    self.t1 = t1
    self.t2 = t2
    self.t4 = t4
    self.trying = trying
  }

  /// Timers B, F, H, J and L, and RFC 6026's M: 64*T1.
  public var lifetime: Duration { t1 * 64 }

  /// Timer D on an unreliable transport: at least 32 s (section 17.1.1.2), whatever T1 is.
  public var d: Duration { max(.seconds(32), lifetime) }
}
