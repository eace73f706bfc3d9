internal import SIPMessages

/// What the registrar makes of a REGISTER.
struct RegistrationVerdict: Sendable {
  var response: Response
  var events: [ExchangeEvent] = []
}
