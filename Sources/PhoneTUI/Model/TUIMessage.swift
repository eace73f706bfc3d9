public import Phone

/// What may be said to the `TUIModel`. Time comes along with each message; the model reads no clock.
public enum TUIMessage: Sendable {
  case snapshot(PhoneSnapshot)
  case key(Key)
  case resized(columns: Int, rows: Int)
  /// The instant that `TUIModel.nextTick` named has come.
  case tick
}
