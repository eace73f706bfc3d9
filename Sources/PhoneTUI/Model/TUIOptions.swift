public import SansIO

/// What the screens need to know once, at their start.
public struct TUIOptions: Sendable {
  public var keymap: Keymap
  public var glyphs: Glyphs
  /// Turns a wall time into the user's local time.
  public var localTime: @Sendable (WallTime) -> LocalTime
  /// Whether the phone goes on when its screen closes.
  public var canDetach: Bool

  public init(
    keymap: Keymap = .standard, glyphs: Glyphs = .unicode, localTime: @escaping @Sendable (WallTime) -> LocalTime = LocalTime.utc,
    canDetach: Bool = false
  ) {
    self.keymap = keymap
    self.glyphs = glyphs
    self.localTime = localTime
    self.canDetach = canDetach
  }
}
