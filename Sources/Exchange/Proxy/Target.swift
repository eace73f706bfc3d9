internal import SIPMessages
internal import SIPUserAgent

/// One place to which a proxy sends a request (RFC 3261 section 16.5).
struct Target: Hashable, Sendable {
  /// The new Request-URI.
  var uri: SIPURI
  /// Pushed above the request's own routes: the Path of a binding.
  var routes: [NameAddress] = []
  /// The flow to send along, when one is known; nothing else is tried then.
  var flow: FlowReference?
  /// The binding it came from, so that a dead flow can be told to the registrar.
  var binding: UInt64?
}
