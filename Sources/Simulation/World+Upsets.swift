internal import Cryptography
internal import Exchange
public import Media
internal import Phone
public import SansIO

/// What befalls the machines.
extension World {
  /// Sets everybody's wall clock forward or back; the monotonic one goes on.
  public mutating func jumpWallClock(by duration: Duration) {
    now.wallTime.nanosecondsSince1970 += duration.wholeNanoseconds
  }

  /// The process is killed: whatever it knew is gone, but for what the database holds.
  public mutating func crash(_ node: NodeID) {
    let index = Int(node.rawValue)
    guard !places[index].isOff else { return }
    places[index].life += 1
    places[index].isOff = true
    places[index].stalledUntil = now.instant
    network.crash(node, now: now.instant)
    audio.closeAll(of: node)
    deadlines.schedule(node, at: nil)
    plant?.forget(node)
    for position in checkers.indices { checkers[position].crashed(node, now.instant) }
  }

  /// The process is started again after a crash.
  public mutating func restart(_ node: NodeID) {
    let index = Int(node.rawValue)
    guard places[index].isOff else { return }
    places[index].isOff = false
    switch places[index].seat {
    case .phone(let phone): phones[phone] = makePhone(phones[phone].configuration, random.split())
    case .exchange(let exchange):
      exchanges[exchange] = Exchange(
        configuration: exchangeConfigurations[exchange], digests: OpenSSLDigests(), random: random.split())
    case .liar, .observer: break
    }
    network.restart(node, now: now.instant)
  }

  /// The machine does nothing for a while, as when its host swaps or sleeps; what comes meanwhile waits.
  public mutating func stall(_ node: NodeID, for duration: Duration) {
    let index = Int(node.rawValue)
    // One at a time: what waits for the end of the first would change its order if it had to wait again.
    guard !places[index].isOff, places[index].stalledUntil <= now.instant else { return }
    places[index].stalledUntil = now.instant + duration
    for position in checkers.indices { checkers[position].stalled(node, until: places[index].stalledUntil) }
  }

  /// What a phone's host tells of its network.
  public enum NetworkUpset: Hashable, Sendable {
    case changed(addresses: [IPAddress], medium: String?)
    case resumed
  }

  /// The phone's host has another network, or has slept.
  public mutating func change(_ upset: NetworkUpset, of node: NodeID) {
    guard case .phone(let phone) = places[Int(node.rawValue)].seat, !places[Int(node.rawValue)].isOff else { return }
    switch upset {
    case .changed(let addresses, let medium): tellPhone(phone, node, .networkChanged(addresses: addresses, medium: medium))
    case .resumed: tellPhone(phone, node, .resumed)
    }
  }

  /// Something about the sound of a phone: devices that come and go, digits that were heard.
  public mutating func tell(_ event: MediaEvent, to node: NodeID) {
    deliver(.media(event), to: node, at: now.instant)
  }
}
