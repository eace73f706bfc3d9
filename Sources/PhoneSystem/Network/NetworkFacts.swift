import CPlatform
import Glibc
public import SIPUserAgent
public import SansIO

/// How this machine is connected now.
public struct NetworkFacts: Hashable, Sendable {
  /// Addresses that others can reach, sorted; neither loopback nor link-local ones. Empty without a network.
  public var addresses: [IPAddress]
  /// What the default route leads through, in a word for a person: `Wi-Fi`, `cable`, `mobile network`, `tunnel`; nil when there is
  /// none.
  public var medium: String?
  /// The networks that the routing tables know, and our address in each.
  public var routes: [SourceRoute]

  public init(addresses: [IPAddress], medium: String?, routes: [SourceRoute] = []) {
    self.addresses = addresses
    self.medium = medium
    self.routes = routes
  }

  /// More than a phone has. A machine with hundreds of containers is cut off here.
  private static let limit = 64

  /// Asks the system.
  static func now() -> NetworkFacts {
    var list = [cp_address](repeating: cp_address(), count: limit)
    let count = unsafe Int(cp_addresses(&list, Int32(limit)))
    var name = [CChar](repeating: 0, count: 17)
    let index = unsafe cp_default_interface(&name)
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return NetworkFacts(
      addresses: list.prefix(count).map(\.socketAddress.address).sorted { $0.description < $1.description },
      medium: index > 0 ? medium(of: String(decoding: bytes, as: UTF8.self)) : nil, routes: SourceRoute.now())
  }

  /// The kernel says what an interface is by the folders that its driver makes.
  private static func medium(of interface: String) -> String {
    func has(_ entry: String) -> Bool { unsafe access("/sys/class/net/\(interface)/\(entry)", F_OK) == 0 }
    if has("wireless") || has("phy80211") { return "Wi-Fi" }
    if interface.hasPrefix("ww") || interface.hasPrefix("ppp") { return "mobile network" }
    if has("tun_flags") || interface.hasPrefix("wg") { return "tunnel" }
    return "cable"
  }
}
