import Phone

extension TUIModel {
  func entry(_ action: Action, title: String? = nil) -> KeyBar.Entry {
    KeyBar.Entry(
      key: options.keymap.keys(for: action, in: scope).first?.name ?? "", title: title ?? self.title(of: action),
      isEnabled: availability(of: action) == .available, shortTitle: title == nil ? action.title : nil)
  }

  /// The bottom line for what has the keyboard now.
  var keyBar: KeyBar {
    typealias Entry = KeyBar.Entry
    switch overlay {
    case .quitQuestion:
      let detach = options.canDetach ? [Entry(key: "d", title: "Detach")] : []
      return KeyBar(entries: [Entry(key: "y", title: "Quit")] + detach + [Entry(key: "Esc", title: "Stay")])
    case .command:
      return KeyBar(
        entries: [
          Entry(key: "Enter", title: "Run"), Entry(key: "Tab", title: "Complete"), Entry(key: "Up", title: "Earlier"),
          Entry(key: "Esc", title: "Back"),
        ] + functionKeys)
    case .find:
      return KeyBar(
        entries: [
          Entry(key: "Enter", title: "Choose"), Entry(key: "Up/Down", title: "Move"), Entry(key: "Esc", title: "Back"),
        ] + functionKeys)
    case .help(let isSearching):
      return KeyBar(
        entries: isSearching
          ? [Entry(key: "Enter", title: "Done"), Entry(key: "Esc", title: "Clear")]
          : [Entry(key: "/", title: "Search"), Entry(key: "j/k", title: "Move"), Entry(key: "Esc", title: "Back")] + functionKeys)
    case nil: break
    }
    let help = entry(.help)
    let question = transferQuestion == nil ? [] : [entry(.followRedirection), entry(.refuseRedirection)]
    let hangUps = callToHangUp == nil ? [] : [entry(.hangUp)]
    switch view {
    case .home where homePane == .dial:
      return KeyBar(
        entries: [Entry(key: "Enter", title: "Dial", isEnabled: !dialField.isEmpty), Entry(key: "Esc", title: "Clear")]
          + calling + functionKeys)
    case .home:
      let calls = activeCall == nil ? [] : [entry(.toggleMute), entry(.toggleHold)] + hangUps + [entry(.calls)]
      let rings = ringingCall == nil ? [] : [entry(.answer), entry(.reject)]
      return KeyBar(
        entries: question + rings + calls + [
          entry(.callSelected), entry(.find), entry(.command), entry(.toggleDoNotDisturb), entry(.toggleAutomaticAnswer),
          entry(.rules), entry(.trace), entry(.quit), entry(.accounts), Entry(key: "Tab", title: "Pane"),
        ] + calling, last: help)
    case .incoming:
      return KeyBar(
        entries: question + [
          entry(.answer), entry(.answerMuted), entry(.silence), entry(.reject, title: "Reject"), entry(.why), entry(.trace),
          entry(.command),
          Entry(key: "Esc", title: "Back"),
        ], last: help)
    case .calls where padHasFocus:
      return KeyBar(
        entries: [Entry(key: "0-9 * #", title: "Send"), entry(.toggleMute), Entry(key: "Esc", title: "Leave pad")] + hangUps,
        last: help)
    case .calls:
      let redirection =
        redirectedCall == nil || transferQuestion != nil ? question : [entry(.followRedirection), entry(.refuseRedirection)]
      let rings = ringingCall == nil ? [] : [entry(.answer), entry(.reject, title: "Reject")]
      return KeyBar(
        entries: redirection + rings + [entry(.toggleMute), entry(.toggleHold)] + [entry(.hangUp)] + [
          entry(.openPad), entry(.swap), entry(.transfer), entry(.people), entry(.identify), Entry(key: "c", title: "Contacts"),
          entry(.trace),
          entry(.quit),
        ], last: help)
    case .rules:
      let rings = ringingCall == nil ? [] : [entry(.answer), entry(.reject, title: "Reject")]
      let calls = activeCall == nil ? [] : [entry(.toggleMute)] + hangUps
      return KeyBar(
        entries: rings + calls + [
          entry(.editRule), entry(.newRule), Entry(key: "J/K", title: "Move"), Entry(key: "Space", title: "On/off"),
          entry(.tryCaller), entry(.why), Entry(key: "Esc", title: "Back"), entry(.undo),
        ], last: help)
    case .accounts:
      let rings = ringingCall == nil ? [] : [entry(.answer), entry(.reject, title: "Reject")]
      let calls = activeCall == nil ? [] : [entry(.toggleMute)] + hangUps
      return KeyBar(
        entries: question + rings + calls + [
          Entry(key: "j/k", title: "Account"), entry(.signIn), entry(.signOut), entry(.trace), Entry(key: "Esc", title: "Back"),
        ], last: help)
    case .trace:
      let calls = activeCall == nil ? [] : [entry(.toggleMute)] + hangUps
      return KeyBar(
        entries: question + [
          Entry(key: "j/k", title: "Move"), entry(.traceFull), Entry(key: "G", title: "Newest"), Entry(key: "Esc", title: "Back"),
        ]
          + calls, last: help)
    }
  }

  private var calling: [KeyBar.Entry] { snapshot.calling.candidates.count > 1 ? [entry(.callingAccount)] : [] }

  /// While letters are text, the function keys still reach the calls.
  private var functionKeys: [KeyBar.Entry] {
    func named(_ action: Action, _ number: Int) -> KeyBar.Entry {
      KeyBar.Entry(key: "F\(number)", title: title(of: action), isEnabled: availability(of: action) == .available)
    }
    return (ringingCall == nil ? [] : [named(.answer, 1)])
      + (activeCall == nil ? [] : [named(.toggleMute, 2)]) + (callToHangUp == nil ? [] : [named(.hangUp, 4)])
  }
}
