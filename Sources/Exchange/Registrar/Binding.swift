internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

/// One place where an address of record can be reached (RFC 3261 section 10, RFC 5626 section 6).
struct Binding: Hashable, Sendable {
  /// Tells bindings apart in the memory of a proxy that is trying one. Never used twice.
  var id: UInt64
  /// The address of record's user part.
  var user: String
  var contact: SIPURI
  /// The Contact's `+sip.instance`, without quotes; nil for a client without one.
  var instance: String?
  /// RFC 5626's `reg-id`; nil for a binding that is matched by its URI.
  var flowNumber: Int?
  var callID: String
  var sequence: UInt32
  var expiresAt: Instant
  var refreshedAt: Instant
  /// The Path of the REGISTER, outermost proxy first (RFC 3327).
  var path: [NameAddress]
  /// The flow the REGISTER came by, when it came straight from the client and requests must go back along it.
  var flow: FlowReference?
  /// Parameters of the Contact that are shown again in responses, without expires.
  var parameters: Parameters
}
