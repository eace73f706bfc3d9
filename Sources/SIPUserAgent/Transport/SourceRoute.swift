public import SansIO

/// From which of this machine's addresses peers in one network are reached.
///
/// A machine in two networks, at home and in a company's by a tunnel for instance, has an address in each, and a peer can answer
/// only to the one that it can reach.
public struct SourceRoute: Hashable, Sendable {
  /// The network's first address.
  public var network: IPAddress
  /// How many leading bits of an address belong to the network: 1 to 32 for IPv4, 1 to 128 for IPv6.
  public var length: Int
  /// Our address there.
  public var source: IPAddress

  public init(network: IPAddress, length: Int, source: IPAddress) {
    self.network = network
    self.length = length
    self.source = source
  }

  /// Whether that address belongs to the network.
  public func covers(_ address: IPAddress) -> Bool {
    switch (network, address) {
    case (.v4(let network), .v4(let bits)): (network ^ bits) >> UInt32(32 - length) == 0
    case (.v6(let high, let low), .v6(let otherHigh, let otherLow)):
      length <= 64
        ? (high ^ otherHigh) >> UInt64(64 - length) == 0
        : high == otherHigh && (low ^ otherLow) >> UInt64(128 - length) == 0
    default: false
    }
  }
}
