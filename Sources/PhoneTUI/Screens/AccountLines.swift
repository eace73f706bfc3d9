import Phone
import SansIO

/// The first lines of the home screen: whether calls can reach the user, and what does not work.
struct AccountLines {
  let model: TUIModel

  /// Returns the number of rows used.
  func render(into surface: inout Surface, in area: Rect) -> Int {
    let accounts = model.snapshot.accounts
    let limit = area.rows >= 22 ? 6 : 3
    var y = area.y
    let corner = cornerText
    let cornerColumns = CellText.columns(of: corner, glyphs: surface.glyphs)
    if accounts.isEmpty {
      surface.put(
        "No account is set up: nobody can call you by name.", area.x + 1, y, .attention, width: area.columns - cornerColumns - 3)
      y += 1
    }
    for account in accounts.prefix(limit) {
      draw(account, into: &surface, in: area, y, right: y == area.y ? area.right - cornerColumns - 3 : area.right - 1)
      y += 1
    }
    if accounts.count > limit {
      surface.put("and \(accounts.count - limit) more accounts", area.x + 3, y, .quiet)
      y += 1
    }
    let isWarning = model.snapshot.doNotDisturb || model.snapshot.answersAutomatically
    surface.putRight(corner, endingAt: area.right - 1, area.y, isWarning ? .attention : .quiet)
    for trouble in model.snapshot.troubles.prefix(2) {
      let lines = TextWrap.lines(trouble, columns: area.columns - 4, limit: 2, glyphs: surface.glyphs)
      surface.put("!", area.x + 1, y, .alarm)
      for line in lines {
        surface.put(line, area.x + 3, y, .alarm, width: area.columns - 4)
        y += 1
      }
    }
    return y - area.y
  }

  private var cornerText: String {
    let time = model.options.localTime(model.now.wallTime)
    var parts: [String] = []
    if model.snapshot.doNotDisturb { parts.append("DO NOT DISTURB") }
    if model.snapshot.answersAutomatically { parts.append("AUTO-ANSWER") }
    return (parts + ["\(time.weekdayName) \(time.hourMinute)"]).joined(separator: "  ")
  }

  func draw(_ account: AccountSnapshot, into surface: inout Surface, in area: Rect, _ y: Int, right: Int) {
    let glyphs = surface.glyphs
    let (glyph, word, detail, style): (String, String, String, Style) =
      switch account.state {
      case .ready: (glyphs.ready, "ready", facts(account), .bold)
      case .registering: (glyphs.trying, "signing in", facts(account), .plain)
      case .failed(let why, let retryAt):
        (glyphs.broken, retryAt == nil ? "failed" : "retrying", failure(why, retryAt), .alarm)
      case .offline: (glyphs.offline, "offline", "not reachable", .quiet)
      case .direct: (glyphs.direct, "direct", "called at its address only", .plain)
      }
    let addressColumns = max(16, min(30, area.columns * 28 / 100))
    surface.putRight("\(account.number)", endingAt: area.x + 2, y, .quiet)
    surface.put(account.address, area.x + 3, y, width: addressColumns)
    let x = area.x + 5 + addressColumns
    surface.put("\(glyph) \(word)", x, y, style)
    let room = max(0, right - x - 14)
    // The word goes before the count does.
    let isTight = CellText.columns(of: detail, glyphs: glyphs) > room && detail.hasSuffix(" flows")
    surface.put(isTight ? String(detail.dropLast(6)) : detail, x + 14, y, .quiet, width: room)
  }

  private func facts(_ account: AccountSnapshot) -> String {
    var parts: [String] = []
    if let transport = account.transport { parts.append(transport) }
    if account.flowsWanted > 1 { parts.append("\(account.flowsReady) of \(account.flowsWanted) flows") }
    return parts.joined(separator: "  ")
  }

  private func failure(_ why: String, _ retryAt: Instant?) -> String {
    guard let retryAt, retryAt > model.now.instant else { return why }
    let seconds = ((retryAt - model.now.instant).wholeMilliseconds + 999) / 1000
    return "\(why), next try in \(seconds) s"
  }
}
