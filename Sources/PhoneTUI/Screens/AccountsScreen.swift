import Phone
import SansIO

/// The account page: every account, and the flows of the selected one (RFC 5626): by which ways calls reach this phone, and how
/// that is known.
struct AccountsScreen {
  let model: TUIModel

  func render(into surface: inout Surface, in area: Rect) {
    let accounts = model.snapshot.accounts
    surface.put("ACCOUNTS", area.x + 1, area.y, .title)
    surface.put("by which ways calls reach this phone", area.x + 12, area.y, .quiet)
    surface.rule(area, area.y + 1)
    var body = area.droppingTop(2)
    guard let account = model.selectedAccount else {
      surface.put("No account is set up: nobody can call you by name.", body.x + 1, body.y, .attention, width: body.columns - 2)
      return
    }
    let listRows = min(accounts.count, max(2, body.rows / 4))
    let window = model.accountList.window(count: accounts.count, rows: listRows)
    for (row, index) in window.enumerated() {
      let y = body.y + row
      AccountLines(model: model).draw(accounts[index], into: &surface, in: body, y, right: body.right - 1)
      if index == model.accountList.selected {
        surface.put(surface.glyphs.selection, body.x, y, .accent)
        surface.cursor = Surface.Position(x: body.x + 1, y: y)
      }
    }
    body = body.droppingTop(window.count)
    surface.rule(body, body.y)
    body = body.droppingTop(1)
    let verdict = TextWrap.lines(Self.verdict(on: account), columns: body.columns - 2, limit: 2, glyphs: surface.glyphs)
    for (row, line) in verdict.enumerated() { surface.put(line, body.x + 1, body.y + row, .bold, width: body.columns - 2) }
    body = body.droppingTop(verdict.count + 1)
    for flow in account.flows {
      guard body.rows > 1 else { break }
      body = body.droppingTop(draw(flow, of: account, into: &surface, in: body))
    }
  }

  /// What all of it means for the user, in one sentence.
  static func verdict(on account: AccountSnapshot) -> String {
    switch account.state {
    case .direct: return "This account does not register: it is called at this phone's own address only."
    case .offline: return "Switched off: calls to \(account.address) do not reach this phone."
    case .registering: return "Signing in: calls to \(account.address) do not reach this phone yet."
    case .failed(let why, _): return "Calls to \(account.address) do not reach this phone: \(why)."
    case .ready: break
    }
    switch (account.flowsReady, account.flowsWanted) {
    case (_, ...1): return "Calls reach this phone by one way. When it fails, none do until it is back."
    case (1, let wanted): return "Calls reach this phone by one of \(wanted) ways. The others are being repaired."
    case (let ready, let wanted) where ready < wanted:
      return "Calls reach this phone by \(ready) of \(wanted) ways, also when one of them fails."
    case (let ready, _): return "Calls reach this phone by \(ready) ways: one server may fail and no call is lost."
    }
  }

  /// Returns the number of rows used.
  private func draw(_ flow: FlowSnapshot, of account: AccountSnapshot, into surface: inout Surface, in area: Rect) -> Int {
    let (glyph, word, style): (String, String, Style) =
      switch flow.state {
      case .ready: (surface.glyphs.ready, "ready", .bold)
      case .registering: (surface.glyphs.trying, "signing in", .plain)
      case .failed(_, let retryAt): (surface.glyphs.broken, retryAt == nil ? "failed" : "broken", .alarm)
      case .offline: (surface.glyphs.offline, "offline", .quiet)
      }
    surface.put("Flow \(flow.number)", area.x + 1, area.y, .quiet)
    surface.put("\(glyph) \(word)", area.x + 9, area.y, style)
    let way = [flow.proxy.map { "over \($0)" }, flow.transport].compactMap(\.self).joined(separator: ", ")
    surface.put(way, area.x + 22, area.y, width: area.columns - 23)
    var y = area.y + 1
    for line in details(of: flow) where y < area.bottom {
      for part in TextWrap.lines(line, columns: area.columns - 10, limit: 2, glyphs: surface.glyphs) where y < area.bottom {
        surface.put(part, area.x + 9, y, .quiet, width: area.columns - 10)
        y += 1
      }
    }
    return y - area.y
  }

  private func details(of flow: FlowSnapshot) -> [String] {
    switch flow.state {
    case .offline, .registering: return []
    case .failed(let why, let retryAt):
      guard let retryAt, retryAt > model.now.instant else { return [why] }
      return ["\(why); next try in \(seconds(until: retryAt)) s"]
    case .ready: break
    }
    var facts: [String] = []
    if let peer = flow.peer { facts.append("to \(peer)") }
    facts.append(flow.isOutbound ? "kept open by the provider" : "a plain registration, not kept open by the provider")
    if let time = flow.flowTimer { facts.append("silent for \(time.components.seconds) s at most") }
    var times: [String] = []
    if let alive = flow.lastKeepAlive { times.append("answered a keep-alive \(age(of: alive)) ago") }
    if let refresh = flow.refreshAt, refresh > model.now.instant {
      times.append("registers again in \((refresh - model.now.instant).clockText)")
    }
    var lines = [facts.joined(separator: "; ")]
    if !times.isEmpty { lines.append(times.joined(separator: "; ")) }
    if !flow.serviceRoute.isEmpty { lines.append("calls go out by \(flow.serviceRoute.joined(separator: ", "))") }
    if !flow.path.isEmpty { lines.append("calls come in by \(flow.path.joined(separator: ", "))") }
    if let address = flow.publicGRUU { lines.append("this device: \(address)") }
    if flow.temporaryGRUU != nil { lines.append("and an address for anonymous calls") }
    return lines
  }

  private func seconds(until instant: Instant) -> Int64 {
    ((instant - model.now.instant).wholeMilliseconds + 999) / 1000
  }

  private func age(of instant: Instant) -> String {
    let seconds = max(0, (model.now.instant - instant).components.seconds)
    return seconds < 100 ? "\(seconds) s" : Duration.seconds(seconds).clockText
  }
}

extension TUIModel {
  var selectedAccount: AccountSnapshot? {
    let accounts = snapshot.accounts
    return accounts.indices.contains(accountList.selected) ? accounts[accountList.selected] : nil
  }

  /// The seconds on the account page count by themselves.
  var accountTicks: [Instant] {
    (selectedAccount?.flows ?? []).flatMap { flow -> [Instant] in
      var times = [flow.lastKeepAlive, flow.refreshAt].compactMap(\.self)
      if case .failed(_, let retryAt?) = flow.state { times.append(retryAt) }
      return times
    }
  }
}
