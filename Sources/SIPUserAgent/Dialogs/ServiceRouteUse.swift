public import SIPMessages

/// What a Service-Route (RFC 3608) does to the way into the network that is configured. "The exact mechanism is a matter of local
/// policy" (section 6.1).
public enum ServiceRouteUse: String, Hashable, Sendable, CaseIterable {
  /// It takes the place of the configured way: what the registrar says is the whole route.
  case replace
  /// It follows after it, which is what section 6.1 calls the general case.
  case append

  /// The preloaded routes of a request outside dialogs: one pure function of what is configured and what the registrar said.
  ///
  /// - Parameters:
  ///   - configured: the account's outbound proxies, the next hop first; empty for none.
  ///   - serviceRoute: in the order of the 2xx, which is kept; empty when it had none.
  ///   - leadsToPeer: whether its first URI names the server at the other end of the flow. Then the configured proxy has named
  ///     itself
  ///     already, and when nothing is chosen the route replaces; some edge proxies refuse a route that names them two times.
  public static func routes(
    _ configured: [NameAddress], _ serviceRoute: [NameAddress], _ chosen: ServiceRouteUse?, leadsToPeer: Bool
  ) -> [NameAddress] {
    guard !serviceRoute.isEmpty else { return configured }
    switch chosen ?? (leadsToPeer ? .replace : .append) {
    case .replace: return serviceRoute
    case .append: return configured + serviceRoute.filter { route in !configured.contains { $0.uri.matches(route.uri) } }
    }
  }
}
