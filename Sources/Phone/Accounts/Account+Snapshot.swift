import SIPMessages
import SIPUserAgent
import SansIO

extension Account {
  var snapshot: AccountSnapshot {
    var shown = AccountSnapshot(
      number: number, address: name, displayName: settings.displayName, state: shownState,
      transport: (facts?.transport ?? settings.transport)?.viaToken, flowsReady: readyCount, flowsWanted: wantedCount)
    shown.flows = flows.indices.filter { !flows[$0].isIdle || $0 == 0 }.map { flowSnapshot($0) }
    return shown
  }

  /// The best of what its flows are.
  private var shownState: AccountSnapshot.State {
    guard settings.registers else { return .direct }
    if isLeaving { return .offline }
    if isReady { return .ready }
    var failure: AccountSnapshot.State?
    for flow in flows {
      switch flow.state {
      case .registering: return .registering
      case .failed(let why, let retryAt): if failure == nil { failure = .failed(why, retryAt: retryAt) }
      case .idle, .ready, .leaving: break
      }
    }
    return failure ?? .offline
  }

  private func flowSnapshot(_ place: Int) -> FlowSnapshot {
    let flow = flows[place]
    var shown = FlowSnapshot(number: flow.number, state: .offline)
    switch flow.state {
    case .idle, .leaving: break
    case .registering: shown.state = .registering
    case .failed(let why, let retryAt): shown.state = .failed(why, retryAt: retryAt)
    case .ready(let facts):
      shown.state = .ready
      shown.transport = facts.transport.viaToken
      shown.peer = facts.server
      shown.isOutbound = facts.isOutbound
      shown.flowTimer = facts.flowTimer
      shown.refreshAt = facts.refreshAt
      shown.lastKeepAlive = flow.lastKeepAlive
      let text = { (addresses: [NameAddress]) in addresses.prefix(8).map { PeerIdentification.shown($0.uri.description) } }
      shown.serviceRoute = text(facts.serviceRoute)
      shown.path = text(facts.path)
      shown.publicGRUU = facts.gruus.permanent.map { PeerIdentification.shown($0.description) }
      shown.temporaryGRUU = facts.gruus.temporary.map { PeerIdentification.shown($0.description) }
    }
    shown.proxy = proxyName(of: place)
    return shown
  }

  /// The host of the way that a flow takes, for a person.
  func proxyName(of place: Int) -> String {
    let uri = proxy(of: place) ?? settings.registrar ?? settings.address
    return uri.port.map { "\(uri.host):\($0)" } ?? uri.host.description
  }
}
