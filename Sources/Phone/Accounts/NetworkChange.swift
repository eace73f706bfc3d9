import SIPUserAgent
import SansIO

/// A change of the network, until every flow is back.
struct NetworkChange: Sendable {
  let began: Instant
  /// `Network changed (Wi-Fi to cable).`
  let words: String
  /// Registrations that are to be confirmed once more.
  var awaited: [RegistrationID]
  let flowCount: Int
  /// Calls that were under way.
  let calls: [CallID]
  /// Their media has to move, once their account is registered again.
  var moving: [CallID]
}
