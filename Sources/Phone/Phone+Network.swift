import Media
import SIPUserAgent
import SansIO

/// A network that changes, and a machine that sleeps.
extension Phone {
  private static let networkTrouble = "network"

  /// The world says how this machine is connected now.
  mutating func networkChanged(_ addresses: [IPAddress], medium: String?, _ step: inout PhoneStep) {
    let formerly = networkMedium
    let wasAbsent = isNetworkAbsent
    networkMedium = medium ?? (addresses.isEmpty ? nil : networkMedium)
    isNetworkAbsent = addresses.isEmpty
    guard !addresses.isEmpty else {
      networkChange = nil
      setTrouble(Self.networkTrouble, "There is no network: nobody can reach this phone, and it can reach nobody.", &step)
      tell(.command(.networkChanged([])), &step)
      return
    }
    setTrouble(Self.networkTrouble, nil, &step)
    var words = wasAbsent ? "The network is back." : "Network changed."
    if !wasAbsent, let formerly, let medium, formerly != medium { words = "Network changed (\(formerly) to \(medium))." }
    // Sound from an address that is not ours any more reaches nobody.
    let moving = calls.filter { call in
      guard call.isEstablished, let address = call.endpoint?.address else { return false }
      return !address.isLoopback && !addresses.contains(address)
    }
    begin(words, moving: moving.map(\.id), &step)
    tell(.command(.networkChanged(addresses)), &step)
    moveCalls(&step)
  }

  mutating func resumed(_ step: inout PhoneStep) {
    begin("Back from sleep.", moving: [], &step)
    tell(.command(.resumed), &step)
  }

  private mutating func begin(_ words: String, moving: [CallID], _ step: inout PhoneStep) {
    let flows = accounts.flatMap(\.flows).filter { !$0.isLeaving }.compactMap(\.registration)
    networkChange = NetworkChange(
      began: step.now.instant, words: words, awaited: flows, flowCount: flows.count,
      calls: calls.filter { !$0.isEnded }.map(\.id), moving: moving)
    if flows.isEmpty { concludeNetworkChange(&step) }
  }

  /// A flow was confirmed, or shown to live.
  mutating func flowStands(_ id: RegistrationID, _ step: inout PhoneStep) {
    guard networkChange != nil else { return }
    networkChange?.awaited.removeAll { $0 == id }
    moveCalls(&step)
    if networkChange?.awaited.isEmpty == true { concludeNetworkChange(&step) }
  }

  /// Calls go on from the new address as soon as their account has a way again.
  private mutating func moveCalls(_ step: inout PhoneStep) {
    guard let change = networkChange else { return }
    for id in change.moving {
      guard let index = index(of: id), calls[index].isEstablished else {
        networkChange?.moving.removeAll { $0 == id }
        continue
      }
      let account = accounts[calls[index].account - 1]
      let isWaiting = account.flows.contains { flow in flow.registration.map { change.awaited.contains($0) } ?? false }
      let hasWay = account.flows.contains { $0.isReady && !($0.registration.map { change.awaited.contains($0) } ?? true) }
      guard hasWay || !isWaiting else { continue }
      networkChange?.moving.removeAll { $0 == id }
      renewMedia(index, &step)
    }
  }

  /// New sockets at the address that leads to the server now; the offer follows when they are there.
  private mutating func renewMedia(_ index: Int, _ step: inout PhoneStep) {
    let id = calls[index].id
    step.outputs.append(.media(.close(calls[index].stream)))
    calls[index].endpoint = nil
    calls[index].lastRun = nil
    calls[index].isMoving = true
    gate.streamRenewed(id)
    sounds.streamRenewed(calls[index].stream)
    let peer = calls[index].parameters?.remoteRTP?.address.description
    openMedia(id, peer: accounts[calls[index].account - 1].facts?.server ?? peer, &step)
  }

  private mutating func concludeNetworkChange(_ step: inout PhoneStep) {
    guard let change = networkChange else { return }
    networkChange = nil
    let seconds = RegistrationWords.seconds(step.now.instant - change.began)
    var words = change.words
    switch change.flowCount {
    case 0: break
    case 1: words += " Registered again in \(seconds)."
    case 2: words += " Both flows back in \(seconds)."
    default: words += " All \(change.flowCount) flows back in \(seconds)."
    }
    if !change.calls.isEmpty {
      let lost = change.calls.count { id in
        guard let index = index(of: id) else { return false }
        guard case .ended(let ending, _) = calls[index].phase else { return false }
        return ending.isOurMisfortune
      }
      words += lost == 0 ? " No call lost." : lost == 1 ? " One call was lost." : " \(lost) calls were lost."
    }
    notice(.information, words, &step)
  }
}
