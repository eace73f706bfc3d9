import SIPMessages
import SansIO

/// A network that changes under the flows.
extension UserAgent {
  /// - Parameter addresses: those that others can reach now. Flows from other addresses lead nowhere; those from these may.
  ///   None: no flow leads anywhere, and what looks registered would not ring.
  mutating func networkChanged(_ addresses: [IPAddress]) {
    guard !addresses.isEmpty else { return networkLost() }
    for id in registrations.keys.sorted() {
      if let flow = registrations[id]?.flow, case .stream = flow, let local = layer.localAddress(of: flow)?.address,
        local.isLoopback || addresses.contains(local)
      {
        // The address is still ours. Whether the way is still there shows when it is asked.
        let isAsked = keepAlives[flow]?.isAnswerable ?? false
        withKeepAlive(flow) { $0.hurry(now: $1, random: &$2, into: &$3, isPressing: true) }
        if isAsked { continue }
      }
      renew(id)
    }
  }

  private mutating func networkLost() {
    for id in registrations.keys.sorted() {
      guard let flow = registrations[id]?.flow, registrations[id]?.peer?.address.isLoopback == false else { continue }
      // Whatever it is that comes back, the connection may not have outlived it.
      if case .stream(let stream) = flow { retire(stream) }
      withRegistration(id) { $0.flowLost(&$1, because: "There is no network") }
    }
    reviewKeepAlives()
  }

  private mutating func retire(_ flow: FlowID) {
    guard !retired.contains(flow) else { return }
    retired.append(flow)
    layer.retire(flow)
  }

  /// The machine has slept: whatever stood between us and the servers may have forgotten the flows, and nobody has told us.
  mutating func resumed() {
    for id in registrations.keys.sorted() { renew(id) }
  }

  /// Registers at once along a new flow. The present one stays until that one stands.
  private mutating func renew(_ id: RegistrationID) {
    guard let registration = registrations[id], registration.isWanted else { return }
    if case .stream(let flow)? = registration.flow { retire(flow) }
    withRegistration(id) { $0.refresh(&$1) }
  }

  func isRetired(_ flow: FlowReference?) -> Bool {
    if case .stream(let id)? = flow { retired.contains(id) } else { false }
  }

  /// Closes the flows whose successors stand.
  mutating func closeRetired() {
    guard !retired.isEmpty else { return }
    let used = registrations.values.compactMap(\.flow)
    for flow in retired where !used.contains(.stream(flow)) {
      forgetKeepAlive(of: .stream(flow))
      layer.close(flow, because: "another flow has taken its place", now: now, into: &layerOutputs)
    }
    retired.removeAll { !used.contains(.stream($0)) }
  }
}
