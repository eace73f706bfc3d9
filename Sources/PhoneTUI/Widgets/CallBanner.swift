import Phone
import SansIO

/// What must be seen from every screen: a call that rings, a question that waits, and the call in progress.
struct CallBanner {
  let model: TUIModel

  /// Draws at the top of `area`; returns the number of rows used.
  func render(into surface: inout Surface, in area: Rect) -> Int {
    var y = area.y
    if let call = model.ringingCall, model.view != .incoming || isCovered {
      drawRinging(call, into: &surface, in: area, y)
      y += 1
      surface.put(consequence(of: call), area.x + 4, y, .quiet, width: area.columns - 5)
      y += 1
    }
    if let question = model.transferQuestion {
      drawQuestion(question, into: &surface, in: area, y)
      y += 1
    }
    if model.view != .calls || isCovered, let call = model.activeCall {
      drawStrip(call, into: &surface, in: area, y)
      y += 1
    }
    if y > area.y {
      surface.rule(area, y)
      y += 1
    }
    return y - area.y
  }

  /// Help and find lie over the screen that would show the call.
  private var isCovered: Bool {
    switch model.overlay {
    case .help, .find: true
    case .command, .quitQuestion, nil: false
    }
  }

  private var lettersAreText: Bool {
    switch model.overlay {
    case .find, .command, .help(isSearching: true): true
    case .help(isSearching: false), .quitQuestion: false
    case nil: model.view == .home && model.homePane == .dial
    }
  }

  private func drawRinging(_ call: CallSnapshot, into surface: inout Surface, in area: Rect, _ y: Int) {
    let style = Style(.attention, [.bold, .reverse])
    surface.put(String(repeating: " ", count: area.columns), area.x, y, style)
    let keys = lettersAreText ? "F1 Answer" : "a Answer  x Reject  s Silence"
    let keysColumns = keys.utf8.count
    let more = model.snapshot.calls.count(where: \.isRinging) - 1
    // One line has no room for everything: what the call is about goes before where it comes from.
    let second = call.alertWords ?? (call.peer.title == call.peer.address ? "" : call.peer.address)
    let who =
      "RINGING \(call.duration(now: model.now.instant).clockText)  \(call.peer.title)" + (second.isEmpty ? "" : "  \(second)")
      + (more > 0 ? "  and \(more) more" : "")
    surface.put(who, area.x + 1, y, style, width: area.columns - keysColumns - 4)
    surface.put(keys, area.right - 1 - keysColumns, y, style)
  }

  /// `Reception transfers you to Dina <sip:dina@example.com>: follow?      y Yes  n No`
  private func drawQuestion(_ question: TransferQuestionSnapshot, into surface: inout Surface, in area: Rect, _ y: Int) {
    let style = Style(.attention, [.bold, .reverse])
    surface.put(String(repeating: " ", count: area.columns), area.x, y, style)
    let keys = lettersAreText ? "Esc, then y or n" : "y Yes  n No"
    surface.put(question.sentence + ": follow?", area.x + 1, y, style, width: area.columns - keys.utf8.count - 4)
    surface.put(keys, area.right - 1 - keys.utf8.count, y, style)
  }

  private func consequence(of call: CallSnapshot) -> String {
    let trust = call.peer.trustMark(model.options.glyphs)
    guard let active = model.activeCall, active.state == .talking else { return "\(trust).  Answering opens your microphone." }
    return "\(trust).  Answering puts \(active.peer.title) on hold."
  }

  private func drawStrip(_ call: CallSnapshot, into surface: inout Surface, in area: Rect, _ y: Int) {
    let glyphs = model.options.glyphs
    var x = area.x + 1
    x += surface.put(glyphs.current, x, y, .accent) + 1
    x += surface.put(call.peer.title, x, y, .bold, width: 28) + 2
    x += surface.put("\(call.stateWord) \(call.duration(now: model.now.instant).clockText)", x, y, call.stateStyle) + 2
    if call.isAnswered {
      let statement = MicrophoneStatement(call: call, isMuted: model.snapshot.isMicrophoneMuted)
      x += surface.put(statement.short, x, y, statement.style) + 2
    }
    let key = lettersAreText || model.overlay != nil ? "F4" : model.hangUpKeyName
    let keys = "\(key) hangs up" + (lettersAreText ? "" : "  c Calls")
    if x + keys.utf8.count + 1 < area.right { surface.putRight(keys, endingAt: area.right - 1, y, .quiet) }
  }
}
