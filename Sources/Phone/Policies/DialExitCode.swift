/// What `offhook dial` ends with.
public enum DialExitCode: Int32, Hashable, Sendable, CaseIterable {
  /// The call was answered.
  case answered = 0
  case failed = 1
  case usage = 2
  case busy = 10
  case declined = 11
  case noAnswer = 12
  case notFound = 13
  case notRegistered = 14
  /// No server could be reached, or TLS refused it.
  case network = 15
  case refusedByPolicy = 16
  case interrupted = 130

  /// The code for a call that is over; `outcome` must be there.
  public init(_ report: CallReport) {
    switch report.outcome {
    case .answered: self = .answered
    case .cancelled: self = .interrupted
    case .failed: self = Self.failure(report.status)
    case .missed, .elsewhere, .rejected, nil: self = .failed
    }
  }

  private static func failure(_ status: Int?) -> DialExitCode {
    switch status {
    // Nobody answered with anything: the network failed, not the person.
    case nil: .network
    case 486, 600: .busy
    case 603, 607, 608: .declined
    case 408, 480, 487: .noAnswer
    case 404, 410, 484, 485, 604: .notFound
    case 401, 407: .notRegistered
    case 403, 433: .refusedByPolicy
    case .some: .failed
    }
  }
}
