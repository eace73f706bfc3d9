public import SIPMessages

/// Where a request goes: one pure function for every request that a user agent sends (RFC 3261 sections 8.1.2, 12.2.1.1, 16.12).
public struct RequestRouting: Hashable, Sendable {
  public var requestURI: URI
  /// The Route header field's values, in order; empty means no such field.
  public var routes: [NameAddress]
  /// Whom it is for, whatever the route makes of the Request-URI.
  public private(set) var target: URI
  /// The target of RFC 3263; nil when neither a route nor the target is a SIP URI.
  public var nextHop: SIPURI?

  /// - Parameters:
  ///   - target: the remote target of a dialog, or what the user wants to reach.
  ///   - routes: the dialog's route set, or the preloaded routes of an account, next hop first.
  public init(target: URI, routes: [NameAddress]) {
    let target = Self.asRequestURI(target)
    self.target = target
    guard let first = routes.first, let firstURI = first.uri.sip else {
      requestURI = target
      self.routes = routes
      nextHop = target.sip
      return
    }
    if firstURI.isLooseRouter {
      requestURI = target
      self.routes = routes
      nextHop = firstURI
    } else {
      // "the UAC MUST place the first URI from the route set into the Request-URI, stripping any parameters that are not allowed
      // in a Request-URI" and the remote target at the end of the Route: the next element is a strict router.
      requestURI = Self.asRequestURI(first.uri)
      self.routes = routes.dropFirst() + [NameAddress(uri: target)]
      nextHop = requestURI.sip
    }
    // Section 8.1.2: a SIPS Request-URI asks for TLS on the first hop whatever the route says.
    if target.sip?.isSecure == true { nextHop?.isSecure = true }
  }

  /// Without what section 19.1.1 forbids in a Request-URI: headers and the method parameter.
  static func asRequestURI(_ uri: URI) -> URI {
    guard case .sip(var sip) = uri else { return uri }
    sip.headers = []
    sip.parameters.remove("method")
    return .sip(sip)
  }
}
