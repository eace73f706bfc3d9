public import Phone

/// What the `TUIModel` asks of its loop.
public enum TUIEffect: Hashable, Sendable {
  case send(PhoneCommand)
  /// Leave the screen; what becomes of calls is said along.
  case quit(TUIExit)
  /// Stop this process until the shell continues it.
  case suspend
  /// Forget what is on the terminal and draw all of it.
  case redraw
  /// The terminal's bell: somebody calls.
  case bell
}

/// How the screens came to their end.
public enum TUIExit: Hashable, Sendable {
  /// The user wants the phone to end; calls are to be hung up.
  case quit
  /// The user leaves the screen, the phone goes on. Asked for only when `TUIOptions.canDetach` says so.
  case detach
  /// The terminal went away, or could not be used; the sentence says which.
  case terminalLost(String)
}
