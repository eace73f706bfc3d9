import SIPMessages
import SIPUserAgent

/// How a call ended, for history, for the eye, for the exit code and for the ear.
struct CallEnding: Hashable, Sendable {
  enum Sound: Hashable, Sendable { case none, busy, congestion }

  var outcome: CallRecord.Outcome
  /// Why, in words: `busy`, `no answer`, `not found (404)`.
  var words: String
  /// The SIP status that said so; nil when nothing was heard.
  var status: Int?
  var sound = Sound.none

  /// Nobody ended it: it broke.
  var isOurMisfortune = false

  /// The ending of an answered call.
  static func answered(_ words: String) -> CallEnding { CallEnding(outcome: .answered, words: words) }

  /// The user gave up an outgoing call, refused an incoming one, or hung up.
  static func byUser(wasAnswered: Bool, isIncoming: Bool) -> CallEnding {
    if wasAnswered { return .answered("you hung up") }
    return isIncoming ? CallEnding(outcome: .rejected, words: "you refused") : CallEnding(outcome: .cancelled, words: "you hung up")
  }

  /// Something on our side went wrong before the call was answered.
  static func failure(_ words: String, status: Int? = nil, isIncoming: Bool) -> CallEnding {
    CallEnding(outcome: isIncoming ? .missed : .failed, words: words, status: status, sound: isIncoming ? .none : .congestion)
  }

  /// What the session's end means for this call.
  static func of(_ ending: SessionEnding, isIncoming: Bool, wasAnswered: Bool, wasReached: Bool) -> CallEnding {
    switch ending {
    case .local: return byUser(wasAnswered: wasAnswered, isIncoming: isIncoming)
    case .remote(let reason):
      let words = reason.flatMap { Self.words(of: $0) }.map { "the other side hung up: \($0)" } ?? "the other side hung up"
      return wasAnswered ? .answered(words) : .failure(words, isIncoming: isIncoming)
    case .cancelled(let reason):
      // RFC 3326: the forking proxy cancels the other branches with the status that ended the race.
      if let reason, reason.protocol.uppercased() == "SIP", reason.cause == 200 {
        return CallEnding(outcome: .elsewhere, words: "answered elsewhere", status: 200)
      }
      return CallEnding(outcome: .missed, words: reason.flatMap { Self.words(of: $0) } ?? "the caller gave up")
    case .refused(let response):
      let status = response.status
      let words =
        response.isStaleChallenge
        ? "the server calls each proof of the password out of date (\(status.rawValue))"
        : Self.words(for: status, reason: response.reason) + (warning(of: response).map { ": \($0)" } ?? "")
      var refusal = failure(words, status: status.rawValue, isIncoming: isIncoming)
      if !isIncoming, [486, 600, 603].contains(status.rawValue) { refusal.sound = .busy }
      return refusal
    case .failed(let status, let sentence):
      let words = DisplayText.clause(sentence) ?? Self.words(for: status, reason: "")
      if wasAnswered {
        var broken = CallEnding.answered(words)
        broken.isOurMisfortune = true
        return broken
      }
      // Silence after 180 is a person who does not come to the phone; silence from the start is a network that does not.
      if !isIncoming, wasReached, status == .requestTimeout {
        return failure("no answer", status: status.rawValue, isIncoming: false)
      }
      return failure(words, isIncoming: isIncoming)
    }
  }

  /// What the other side says of a description that it cannot take (RFC 3261 section 20.43: for the eye of a person); nil when it
  /// says nothing, and for other refusals.
  private static func warning(of response: Response) -> String? {
    guard [488, 606].contains(response.status.rawValue) else { return nil }
    return response.value(Warning.self).flatMap { DisplayText.bounded($0.message, to: 80) }
  }

  /// A final status in words.
  static func words(for status: StatusCode, reason: String) -> String {
    switch status.rawValue {
    case 401, 407: "wrong name or password (\(status.rawValue))"
    case 403: "refused (403)"
    case 404, 604: "not found (\(status.rawValue))"
    case 408: "no answer"
    case 410: "moved away (410)"
    case 415, 488, 606: "no common way to talk (\(status.rawValue))"
    case 416: "address not understood (416)"
    case 480: "not available"
    case 482, 483: "the call went in circles (\(status.rawValue))"
    case 484: "the number is incomplete (484)"
    case 485: "the address is ambiguous (485)"
    case 486, 600: "busy"
    case 487: "cancelled"
    case 502, 503, 504: "\(status.rawValue) from the other side's server"
    case 603: "declined"
    case 607, 608: "not wanted (\(status.rawValue))"
    default: "\(status.rawValue) \(DisplayText.bounded(reason, to: 60) ?? status.defaultReason)"
    }
  }

  private static func words(of reason: Reason) -> String? {
    if let text = reason.reasonText.flatMap({ DisplayText.bounded($0, to: 80) }) { return text }
    guard reason.protocol.uppercased() == "SIP", let cause = reason.cause, (300...699).contains(cause) else { return nil }
    return words(for: StatusCode(cause), reason: "")
  }
}
