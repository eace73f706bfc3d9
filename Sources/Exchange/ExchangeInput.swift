public import Media
public import SIPUserAgent

/// What may be said to an `Exchange`.
public enum ExchangeInput: Sendable {
  case network(NetworkEvent)
  /// Answers to the `ExchangeOutput.media` orders of the robots.
  case media(MediaEvent)
  /// The deadline that `nextDeadline` named has come.
  case wakeUp
}
