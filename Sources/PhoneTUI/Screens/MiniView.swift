import Phone
import SansIO

/// What is left when the terminal is tiny: who calls, whether the microphone is open, and the keys to answer, mute and hang up.
struct MiniView {
  let model: TUIModel

  func render(into surface: inout Surface) {
    var lines: [(String, Style)] = []
    var keys = ""
    if let call = model.ringingCall {
      lines.append(("RINGING \(call.duration(now: model.now.instant).clockText) \(call.peer.title)", .attention))
      keys = "a Answer x Reject s Silence"
    }
    if let question = model.transferQuestion {
      lines.append((question.sentence + ": follow?", .attention))
      if keys.isEmpty { keys = "y Yes n No" }
    }
    if let call = model.activeCall {
      lines.append(("\(call.stateWord) \(call.duration(now: model.now.instant).clockText) \(call.peer.title)", call.stateStyle))
      if call.isAnswered {
        let statement = MicrophoneStatement(call: call, isMuted: model.snapshot.isMicrophoneMuted)
        lines.append((statement.short, statement.style))
      }
      if keys.isEmpty { keys = "m \(model.title(of: .toggleMute)) h \(model.title(of: .toggleHold)) Del Hang up" }
    }
    if lines.isEmpty {
      let ready = model.snapshot.accounts.count { $0.state == .ready || $0.state == .direct }
      lines.append(("Offhook: \(ready) of \(model.snapshot.accounts.count) accounts ready", .bold))
      keys = model.dialField.isEmpty ? "type a number to dial" : "Enter Dial Esc Clear"
    }
    let input: (String, Style)? =
      switch model.overlay {
      case .quitQuestion: ("Quit? y Quit, Esc Stay", .attention)
      case .command: (":\(model.commandField.text)", .plain)
      case .find: ("Find: \(model.findField.text)", .plain)
      case .help: ("Help needs 60x15. Esc Back", .plain)
      case nil: model.dialField.isEmpty ? model.hint.map { ($0.text, .bold) } : ("Dial: \(model.dialField.text)", .plain)
      }
    // The state of a call goes before everything, the keys come next.
    var shown = lines.prefix(max(1, surface.rows - 1))
    if surface.rows > shown.count { shown.append((keys, .title)) }
    if let input, surface.rows > shown.count { shown.append(input) }
    for (row, line) in shown.enumerated() { surface.put(line.0, 0, row, line.1) }
    let isTyping = input != nil && model.overlay != .quitQuestion
    surface.cursor =
      isTyping && shown.count <= surface.rows
      ? Surface.Position(
        x: min(surface.columns - 1, CellText.columns(of: shown.last?.0 ?? "", glyphs: surface.glyphs)), y: shown.count - 1)
      : Surface.Position(x: 0, y: 0)
  }
}
