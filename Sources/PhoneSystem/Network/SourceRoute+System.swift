import CPlatform
import SIPUserAgent
import SansIO

extension SourceRoute {
  /// More networks than a phone has a use for. A machine with hundreds of containers is cut off here.
  private static let limit = 256

  /// The networks of this machine's routing tables, the most specific first, with the address from which the system would send
  /// there. What a host has to itself (loopback, link-local addresses) and the default route are not among them.
  static func now() -> [SourceRoute] {
    var list = [cp_network](repeating: cp_network(), count: limit)
    let count = unsafe Int(cp_networks(&list, Int32(limit)))
    let routes = Set(list.prefix(max(count, 0)).compactMap { SourceRoute($0) })
    return routes.sorted { ($1.length, $0.network.description) < ($0.length, $1.network.description) }
  }

  private init?(_ network: cp_network) {
    let first = network.first.socketAddress.address
    // The first address of a network is no host of it, unless it is the only one.
    let host: IPAddress =
      switch first {
      case .v4(let bits): .v4(network.length < 32 ? bits | 1 : bits)
      case .v6(let high, let low): .v6(high: high, low: network.length < 128 ? low | 1 : low)
      }
    guard let source = host.sourceAddress, !source.isLoopback else { return nil }
    self.init(network: first, length: Int(network.length), source: source)
  }
}
