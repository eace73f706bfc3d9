import SIPMessages
import SIPUserAgent
import SansIO

/// What became of a REGISTER, for a person.
enum RegistrationWords {
  /// Nobody answered, as against somebody who refused: another proxy may do better.
  static func isOfTheWay(_ failure: RegistrationFailure) -> Bool {
    switch failure {
    case .unreachable, .timedOut: true
    case .refused, .stale, .noOtherServer, .withdrawn: false
    }
  }

  static func words(for failure: RegistrationFailure) -> String {
    switch failure {
    case .refused(let status, let reason):
      switch status.rawValue {
      // An answer that keeps no binding of ours; the reason is our own sentence about it.
      case 200...299: DisplayText.bounded(reason, to: 200) ?? "the provider keeps no binding"
      case 403: "the provider forbids it (403): a wrong password, or another phone has taken this one's identity"
      case 401, 407: "wrong name or password (\(status.rawValue))"
      case 404: "the provider does not know this address (404)"
      case 430: "the outbound proxy has lost the connection (430)"
      case 439: "the outbound proxy cannot keep several ways open (439)"
      case 500...599: "\(status.rawValue) from the provider"
      default: CallEnding.words(for: status, reason: reason)
      }
    case .stale(let status):
      "the provider calls each proof of the password out of date (\(status.rawValue)): a fault of its own, not the password's"
    case .unreachable(let sentence):
      DisplayText.clause(sentence) ?? "the server cannot be reached"
    case .timedOut: "the server does not answer"
    case .noOtherServer: "there is no other server"
    case .withdrawn(let sentence): sentence
    }
  }

  static func seconds(_ duration: Duration) -> String {
    "\((duration.wholeMilliseconds + 999) / 1000) s"
  }
}
