/// How a transaction reached its terminated state.
public enum TransactionEnding: Hashable, Sendable {
  /// It did what it was for, and the time for retransmissions is over.
  case completed
  /// Timer B, F or H: nothing came. For a non-INVITE server: the transaction user said nothing in time.
  case timedOut
  case transportFailed
}
