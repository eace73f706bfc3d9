import Phone
import SansIO

extension TUIModel {
  mutating func handle(_ key: Key, into effects: inout [TUIEffect]) {
    // Whoever goes on typing has read it; what this key has to say comes now.
    hint = nil
    // Function keys reach a call from everywhere, a text field included.
    if case .function = key, let action = options.keymap.action(for: key, in: scope) {
      perform(action, into: &effects)
      return
    }
    if let overlay {
      handle(key, over: overlay, into: &effects)
      return
    }
    if view == .home, homePane == .dial, handleDialField(key, into: &effects) { return }
    if padHasFocus, handlePad(key, into: &effects) { return }
    // Nothing but a call that is over: who types a number means the next one.
    if view == .calls, !snapshot.calls.contains(where: \.canBeHungUp), ringingCall == nil, startDialling(key) {
      view = .home
      return
    }
    if view == .calls, case .character(let character) = key, let number = character.wholeNumberValue, number > 0 {
      selectCall(number, into: &effects)
      return
    }
    // Nothing else that begins a number or an address has a meaning at home, so typing one needs no key before it.
    if view == .home, startDialling(key) { return }
    guard let action = options.keymap.action(for: key, in: scope) else {
      if case .character = key { say("\(key.name) does nothing here. ? shows the keys.") }
      return
    }
    perform(action, into: &effects)
  }

  private mutating func startDialling(_ key: Key) -> Bool {
    let text: String
    switch key {
    case .character(let character) where character.isASCII && (character.isNumber || "+*#".contains(character)):
      text = String(character)
    // The first letter of `sip:`; while something rings it silences.
    case .character("s") where ringingCall == nil: text = "s"
    case .paste(let pasted): text = String(pasted.trimmedLine)
    default: return false
    }
    guard !text.isEmpty else { return true }
    homePane = .dial
    dialField.insert(text)
    return true
  }

  /// False for keys that leave the field or belong to the screen.
  private mutating func handleDialField(_ key: Key, into effects: inout [TUIEffect]) -> Bool {
    switch key {
    case .enter:
      perform(.callSelected, into: &effects)
      return true
    case .paste(let text):
      dialField.insert(String(text.trimmedLine))
      return true
    case .left, .right, .home, .end, .delete:
      return dialField.handle(key)
    case .up, .down, .pageUp, .pageDown:
      homePane = .contacts
      return false
    case .backspace where dialField.isEmpty:
      homePane = .contacts
      return true
    case .character("?") where dialField.isEmpty, .character(":") where dialField.isEmpty, .character("/") where dialField.isEmpty:
      return false
    default:
      return dialField.handle(key)
    }
  }

  private mutating func handlePad(_ key: Key, into effects: inout [TUIEffect]) -> Bool {
    switch key {
    case .character(let character) where "0123456789*#ABCD".contains(character):
      effects.append(.send(.sendDigits(String(character))))
      return true
    case .paste(let text):
      let digits = text.filter { "0123456789*#ABCD".contains($0) }
      if !digits.isEmpty { effects.append(.send(.sendDigits(String(digits.prefix(32))))) }
      return true
    case .tab, .escape, .backTab:
      padHasFocus = false
      return true
    default: return false
    }
  }

  private mutating func selectCall(_ number: Int, into effects: inout [TUIEffect]) {
    guard snapshot.calls.indices.contains(number - 1) else {
      say("There is no call \(number).")
      return
    }
    let call = snapshot.calls[number - 1]
    cursorCall = call.id
    if call.canBeHungUp { effects.append(.send(.select(call.id))) }
    if call.state == .held { say("\(call.peer.title) is on hold. h resumes the call.") }
  }

  private mutating func handle(_ key: Key, over overlay: Overlay, into effects: inout [TUIEffect]) {
    if key == .control("z") || key == .control("l") {
      perform(key == .control("z") ? .suspend : .redraw, into: &effects)
      return
    }
    switch overlay {
    case .command: handleCommandLine(key, into: &effects)
    case .find: handleFind(key, into: &effects)
    case .help(let isSearching): handleHelp(key, isSearching: isSearching, into: &effects)
    case .quitQuestion:
      switch key {
      case .character("y"), .character("Y"), .enter, .control("c"): effects.append(.quit(.quit))
      case .character("d") where options.canDetach: effects.append(.quit(.detach))
      case .character("n"), .character("q"), .escape: self.overlay = nil
      default: break
      }
    }
  }

  private mutating func handleHelp(_ key: Key, isSearching: Bool, into effects: inout [TUIEffect]) {
    if isSearching {
      switch key {
      case .escape:
        helpField.clear()
        overlay = .help(isSearching: false)
      case .enter, .down, .tab: overlay = .help(isSearching: false)
      default:
        _ = helpField.handle(key)
        helpTop = 0
      }
      return
    }
    switch key {
    case .character("/"): overlay = .help(isSearching: true)
    case .escape where !helpField.isEmpty: helpField.clear()
    case .escape, .character("?"), .character("q"): overlay = nil
    default:
      guard let action = options.keymap.action(for: key, in: .everywhere) else { return }
      switch action {
      case .up, .down, .pageUp, .pageDown, .first, .last:
        var list = ListState(selected: helpTop)
        list.move(action, count: helpLines.count, page: max(1, rows - 8))
        helpTop = list.selected
      // A call does not wait until somebody has finished reading.
      case .answer, .reject, .silence, .toggleMute, .toggleHold, .hangUp, .followRedirection, .refuseRedirection, .quit:
        perform(action, into: &effects)
      default: break
      }
    }
  }
}

extension String {
  /// The first line without blanks around it: what a pasted number or address means.
  var trimmedLine: Substring {
    let line = split(whereSeparator: \.isNewline).first ?? ""
    let start = line.firstIndex { !$0.isWhitespace } ?? line.endIndex
    let end = line.lastIndex { !$0.isWhitespace }.map(line.index(after:)) ?? start
    return line[start..<end]
  }
}
