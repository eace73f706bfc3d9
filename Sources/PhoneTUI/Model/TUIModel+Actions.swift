import Phone
import SansIO

extension TUIModel {
  mutating func perform(_ action: Action, into effects: inout [TUIEffect]) {
    if case .disabled(let reason) = availability(of: action) {
      say("\(title(of: action)): \(reason).")
      return
    }
    switch action {
    case .answer, .answerMuted, .reject, .silence: performRinging(action, into: &effects)
    case .toggleMute: toggleMute(into: &effects)
    case .toggleHold:
      guard let call = activeCall else { return }
      effects.append(.send(call.state == .held ? .resume(call.id) : .hold(call.id)))
      if call.state != .held { say("h resumes \(call.peer.title)." + (snapshot.calls.count > 1 ? " w swaps." : "")) }
    case .swap: effects.append(.send(.swap))
    case .hangUp: hangUp(into: &effects)
    case .followRedirection, .refuseRedirection:
      if let question = transferQuestion {
        decideTransfer(question, action == .followRedirection, into: &effects)
        return
      }
      guard let call = redirectedCall else { return }
      effects.append(.send(.followRedirection(call.id, action == .followRedirection)))
    case .transfer:
      // While something rings, x refuses it.
      if ringingCall != nil { return performRinging(.reject, into: &effects) }
      guard let call = activeCall else { return }
      beginCommand("transfer \(call.id) ")
      say("Whom to send \(call.peer.title) to: a number, a name, an address, or: to, and the number of a call.")
    case .identify:
      guard let call = activeCall else { return }
      beginCommand("identify \(call.id) ")
      say("Who \(call.peer.title) is told that you are: an account, or Name <sip:address>.")
    case .openPad:
      padHasFocus = true
      say("Digits go out as tones now. Esc leaves the pad.")
    case .callSelected: callSelected(into: &effects)
    case .nextPane: movePane(by: 1)
    case .previousPane: movePane(by: -1)
    case .historyFilter:
      let all = HistoryFilter.allCases
      historyFilter = all[((all.firstIndex(of: historyFilter) ?? 0) + 1) % all.count]
      historyList.clamp(count: shownHistory.count)
    case .toggleDoNotDisturb: effects.append(.send(.doNotDisturb(!snapshot.doNotDisturb)))
    case .toggleAutomaticAnswer:
      effects.append(.send(.answerAutomatically(!snapshot.answersAutomatically)))
      if !snapshot.answersAutomatically { say("Calls will be answered by themselves, with the microphone shut.") }
    case .rules: view = view == .rules ? homeView : .rules
    case .accounts: view = view == .accounts ? homeView : .accounts
    case .callingAccount: chooseNextAccount()
    case .signIn:
      guard let account = selectedAccount else { return }
      effects.append(.send(.register(account: "\(account.number)")))
    case .signOut:
      guard let account = selectedAccount else { return }
      effects.append(.send(.unregister(account: "\(account.number)")))
    case .why, .editRule, .newRule, .deleteRule, .raiseRule, .lowerRule, .toggleRule, .tryCaller, .undo:
      performRules(action, into: &effects)
    case .up, .down, .pageUp, .pageDown, .first, .last: move(action, into: &effects)
    case .calls: view = .calls
    case .home: view = .home
    case .trace:
      view = view == .trace ? homeView : .trace
      traceText = nil
    case .find:
      findField.clear()
      findList = ListState()
      overlay = .find
    case .command:
      commandField.clear()
      commandHistoryIndex = nil
      overlay = .command
    case .help:
      helpTop = 0
      helpField.clear()
      overlay = .help(isSearching: false)
    case .people:
      if !hidePeople() { showsPeople = true }
    case .traceFull: traceText = traceText == nil ? 0 : nil
    case .back: back()
    case .quit: overlay = .quitQuestion
    case .redraw: effects.append(.redraw)
    case .suspend: effects.append(.suspend)
    }
  }

  /// Opens the command line with the beginning of a command on it.
  private mutating func beginCommand(_ text: String) {
    commandField.clear()
    commandField.insert(text)
    commandHistoryIndex = nil
    overlay = .command
  }

  /// The screen that the state of the calls asks for.
  var homeView: View {
    if snapshot.calls.contains(where: { $0.canBeHungUp && !$0.isRinging }) { return .calls }
    return ringingCall == nil ? .home : .incoming
  }

  private mutating func performRinging(_ action: Action, into effects: inout [TUIEffect]) {
    guard let call = ringingCall else { return }
    guard !isFresh(call) else {
      say("\(call.peer.title) has just begun to ring. Press again if you mean it.")
      return
    }
    switch action {
    case .answer: effects.append(.send(.answer(call.id)))
    case .answerMuted: effects.append(.send(.answerMuted(call.id)))
    case .reject: effects.append(.send(.reject(call.id, status: nil)))
    default:
      silenced.append(call.id)
      effects.append(.send(.silenceRinger(nil)))
      say("The ringing is off here; \(call.peer.title) still waits.")
    }
  }

  private mutating func decideTransfer(_ question: TransferQuestionSnapshot, _ isAgreed: Bool, into effects: inout [TUIEffect]) {
    guard !isFresh(question) else {
      say("\(question.by) has just asked. Press again if you mean it.")
      return
    }
    effects.append(.send(.decideTransfer(question.call, isAgreed)))
  }

  private mutating func toggleMute(into effects: inout [TUIEffect]) {
    guard let call = activeCall else {
      performRinging(.answerMuted, into: &effects)
      return
    }
    if snapshot.isMicrophoneMuted {
      effects.append(.send(.unmute))
    } else if call.state == .talking, !call.isMicrophoneOpen {
      // Answered by itself, or answered muted: opening it is an act of its own.
      effects.append(.send(.talk))
    } else {
      effects.append(.send(.mute))
    }
  }

  private mutating func hangUp(into effects: inout [TUIEffect]) {
    guard let call = callToHangUp else { return }
    let hasChanged = hangUpTarget.changed.map { now.instant < $0 + Self.guardTime } ?? false
    guard !hasChanged, !isFresh(call) else {
      say("This key now means \(call.peer.title). Press again if you mean it.")
      return
    }
    effects.append(.send(call.isRinging ? .reject(call.id, status: nil) : .hangUp(call.id)))
  }

  private mutating func movePane(by step: Int) {
    let all = HomePane.allCases
    homePane = all[(homePane.rawValue + step + all.count) % all.count]
  }

  private mutating func move(_ action: Action, into effects: inout [TUIEffect]) {
    let page = max(1, rows - 12)
    switch view {
    case .home:
      switch homePane {
      case .contacts: contactList.move(action, count: shownContacts.count, page: page)
      case .history: historyList.move(action, count: shownHistory.count, page: page)
      case .dial: break
      }
    case .calls:
      let ids = snapshot.calls.map(\.id)
      var list = ListState(selected: ids.firstIndex { $0 == cursorCall } ?? 0)
      list.move(action, count: ids.count, page: page)
      guard ids.indices.contains(list.selected), ids[list.selected] != cursorCall else { return }
      cursorCall = ids[list.selected]
      // The words of the : line mean the same call as the keys do.
      if snapshot.calls[list.selected].canBeHungUp { effects.append(.send(.select(ids[list.selected]))) }
    case .trace:
      if traceText != nil {
        var list = ListState(selected: traceText ?? 0)
        list.move(action, count: selectedTraceLines.count, page: page)
        traceText = list.selected
      } else {
        traceList.move(action, count: snapshot.trace.count, page: page)
        traceFollows = traceList.selected == snapshot.trace.count - 1
      }
    case .accounts: accountList.move(action, count: snapshot.accounts.count, page: page)
    case .rules: ruleList.move(action, count: snapshot.answering.rules.count, page: page)
    case .incoming: break
    }
  }

  /// One step back. It never ends a call.
  private mutating func back() {
    if padHasFocus {
      padHasFocus = false
    } else if hidePeople() {
      return
    } else if view == .trace, traceText != nil {
      traceText = nil
    } else if view == .home {
      if homePane == .dial || !dialField.isEmpty {
        dialField.clear()
        homePane = .contacts
      } else if callToHangUp != nil {
        say("Esc ends no call. \(hangUpKeyName) hangs up.")
      }
    } else if view == .incoming {
      view = .home
      say("The call still rings: see the line on top.")
    } else if view == .trace || view == .rules || view == .accounts {
      view = homeView
    } else {
      view = .home
    }
  }

  var hangUpKeyName: String { options.keymap.keys(for: .hangUp, in: scope).first?.name ?? "F4" }
}
