/// Everybody who watches a swarm.
public enum AllCheckers {
  public static func make() -> [any Checker] {
    [
      BranchChecker(), SequenceChecker(), AcknowledgementChecker(), OfferChecker(), ByeChecker(), FlowChecker(), TimerChecker(),
      ResponseChecker(), MicrophoneChecker(), RingChecker(), HistoryChecker(), ContactChecker(),
    ]
  }
}
