/// Something a user can do with one key: what a key map names, a key bar shows and help explains.
public enum Action: String, Hashable, Sendable, CaseIterable {
  // Calls, from every screen.
  case answer, answerMuted, reject, silence, toggleMute, toggleHold, swap, hangUp
  case followRedirection, refuseRedirection
  case transfer
  case openPad
  case people
  case identify
  // Home.
  case callSelected, callingAccount, nextPane, previousPane, historyFilter, toggleDoNotDisturb, toggleAutomaticAnswer
  // Answer rules.
  case rules, why, editRule, newRule, deleteRule, raiseRule, lowerRule, toggleRule, tryCaller, undo
  // Accounts.
  case accounts, signIn, signOut
  // Moving.
  case up, down, pageUp, pageDown, first, last
  // Screens.
  case calls, home, trace, find, command, help, traceFull, back, quit, redraw, suspend

  /// The short word of a key bar.
  public var title: String {
    switch self {
    case .answer: "Answer"
    case .answerMuted: "Answer, mic shut"
    case .reject: "Reject (busy)"
    case .silence: "Silence"
    case .toggleMute: "Mute"
    case .toggleHold: "Hold"
    case .swap: "Swap"
    case .hangUp: "Hang up"
    case .followRedirection: "Call there"
    case .refuseRedirection: "Do not"
    case .transfer: "Transfer"
    case .openPad: "Digits"
    case .people: "Who"
    case .identify: "Be another"
    case .callSelected: "Call"
    case .callingAccount: "Call as"
    case .nextPane, .previousPane: "Pane"
    case .historyFilter: "Filter"
    case .toggleDoNotDisturb: "DND"
    case .toggleAutomaticAnswer: "Auto"
    case .rules: "Rules"
    case .why: "Why"
    case .editRule: "Edit"
    case .newRule: "New"
    case .deleteRule: "Delete"
    case .raiseRule: "Move up"
    case .lowerRule: "Move down"
    case .toggleRule: "On/off"
    case .tryCaller: "Try"
    case .undo: "Undo"
    case .accounts: "Accounts"
    case .signIn: "Sign in now"
    case .signOut: "Sign out"
    case .up: "Up"
    case .down: "Down"
    case .pageUp: "Page up"
    case .pageDown: "Page down"
    case .first: "First"
    case .last: "Last"
    case .calls: "Calls"
    case .home: "Contacts"
    case .trace: "Trace"
    case .find: "Find"
    case .command: "Command"
    case .help: "Help"
    case .traceFull: "Full text"
    case .back: "Back"
    case .quit: "Quit"
    case .redraw: "Redraw"
    case .suspend: "Suspend"
    }
  }

  /// One sentence for the help screen.
  public var explanation: String {
    switch self {
    case .answer: "Answer the call that rings. Your microphone opens."
    case .answerMuted: "Answer the call that rings, and keep the microphone shut."
    case .reject: "Refuse the call that rings; the caller hears busy."
    case .silence: "Stop the ringing; the call goes on ringing for the caller."
    case .toggleMute: "Shut your microphone, or open it again."
    case .toggleHold: "Put the call on hold, or resume it."
    case .swap: "Hold the call you talk to and resume the other one."
    case .hangUp: "End the call whose name the bottom line shows."
    case .followRedirection: "Say yes: call the place the other side sends you to. Your microphone opens there."
    case .refuseRedirection: "Say no: stay in the call, or give up one that was redirected."
    case .transfer: "Send the other side to somebody else: type whom, or to and the number of a call."
    case .openPad: "Go to the dial pad: from there digits are sent as tones."
    case .identify: "Tell the other side that it talks to another of your accounts now, or to somebody else at your telephone."
    case .people: "Show who was on this call, and how the phone knew."
    case .callSelected: "Call the selected contact or the number of the selected call."
    case .callingAccount: "Choose the account of the next call; the line of the number shows it."
    case .nextPane: "Go to the next pane: contacts, history, dial."
    case .previousPane: "Go to the pane before."
    case .historyFilter: "Show all calls, only missed, incoming or outgoing ones."
    case .toggleDoNotDisturb: "Do not disturb: callers hear busy, nothing rings."
    case .toggleAutomaticAnswer: "Let rules answer calls by themselves, or let all ring. The microphone stays shut."
    case .rules: "Show the answer rules: who is answered by itself, who rings, who is refused."
    case .why: "Say why the newest call was treated as it was, rule by rule."
    case .editRule: "Change the selected rule, as a line."
    case .newRule: "Write a new rule, as a line; it goes to the end of the list."
    case .deleteRule: "Delete the selected rule. u brings it back."
    case .raiseRule: "Move the selected rule up: it is asked earlier."
    case .lowerRule: "Move the selected rule down: it is asked later."
    case .toggleRule: "Switch the selected rule on or off."
    case .tryCaller: "Say what would become of a made-up call."
    case .undo: "Take back the last change of the rules."
    case .accounts: "Show the accounts: by which ways calls reach this phone, and what is broken."
    case .signIn: "Register the selected account now, by all its ways."
    case .signOut: "Sign the selected account off: calls to it do not reach this phone until you sign in."
    case .up: "One row up."
    case .down: "One row down."
    case .pageUp: "One page up."
    case .pageDown: "One page down."
    case .first: "The first row."
    case .last: "The last row."
    case .calls: "Show the calls in progress."
    case .home: "Show contacts and history."
    case .trace: "Show the SIP messages that were sent and received."
    case .find: "Find a contact, a past call or a command; type a number to dial it."
    case .command: "Type a command, such as: dial bob. Tab completes it."
    case .help: "Explain the keys of this screen."
    case .traceFull: "Show the selected message in full, or the ladder again."
    case .back: "Go back one step. It never ends a call."
    case .quit: "Leave the phone. It asks first."
    case .redraw: "Draw the screen anew."
    case .suspend: "Stop the phone and go to the shell; fg brings it back. Not during a call."
    }
  }
}
