/// What a user can order, by a key, a `:` line, the headless mode or the command line.
public enum PhoneCommand: Hashable, Sendable {
  /// Whom to call: a URI, a number or a contact's name; `account` is an address or a number from 1, nil for the first that fits.
  case dial(String, account: String?, DialOptions = DialOptions())
  /// nil means the call that rings (answer, reject) or the one that is talked to (the others).
  case answer(CallID?)
  /// Answer, but leave the microphone shut until `talk` or `unmute`.
  case answerMuted(CallID?)
  /// `status` nil is 486 Busy Here.
  case reject(CallID?, status: Int?)
  case hangUp(CallID?)
  case hold(CallID?)
  case resume(CallID?)
  /// Hold the one, resume the other.
  case swap
  case select(CallID)
  case mute
  case unmute
  /// Open the microphone in a call that was answered by itself or muted.
  case talk
  case sendDigits(String)
  /// nil: all calls that ring.
  case silenceRinger(CallID?)
  /// The switch over all answer rules: off, nothing is answered by itself.
  case answerAutomatically(Bool)
  case policy(PolicyCommand)
  /// What rules call away: the user has left.
  case away(Bool)
  /// The session's screen was locked or opened; a screen locker's hook says it.
  case locked(Bool)
  case doNotDisturb(Bool)
  /// nil: all accounts.
  case register(account: String?)
  case unregister(account: String?)
  /// Take consent to follow a redirection, or refuse it.
  case followRedirection(CallID?, Bool)
  /// Send the other side of a call to a URI, a number or a contact.
  case transfer(CallID?, to: String)
  /// Send the other side of a call to the other end of another call.
  case transferToCall(CallID?, CallID)
  /// Follow the other side's wish to be called elsewhere, or stay.
  case decideTransfer(CallID?, Bool)
  /// Tell the other side that it talks to somebody else now (RFC 4916): one of the accounts, or an address with or without a name.
  case identify(CallID?, as: String)
  case clearHistory
  case status
  case quit
}
