internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

/// One request that a stateful proxy works on, with all its branches (RFC 3261 section 16.2 calls it that).
struct ResponseContext: Sendable {
  /// One target, or one instance with several flows that are tried one after the other.
  struct Branch: Sendable {
    /// nil before it was sent.
    var client: ClientTransactionID?
    var target: Target
    var alternatives: [Target]
    /// The branch's own final response; set once the branch is over.
    var final: Response?
  }

  /// The request as it goes to every branch, but for what each target changes.
  var request: Request
  var received: ReceivedFrom
  /// What our branches end with.
  var branchSuffix: String
  var branches: [Branch] = []
  /// A final response has been forwarded; only further 2xx may follow.
  var isAnswered = false
  /// Timer C while unanswered; afterwards the time until which further 2xx are still passed on.
  var deadline: Instant

  var isOver: Bool { branches.allSatisfy { $0.final != nil } }

  /// Step 6 of section 16.7: the answer when every branch has had its say; nil while one has not.
  var best: Response? {
    guard isOver else { return nil }
    let finals = branches.compactMap(\.final)
    guard var best = finals.min(by: { Self.rank($0.status) < Self.rank($1.status) }) else { return nil }
    if best.status == .unauthorized || best.status == .proxyAuthenticationRequired {
      // Step 7: the challenges of all branches travel together.
      for other in finals where other != best {
        for name in [HeaderName.wwwAuthenticate, .proxyAuthenticate] { best.fields.append(allOf: name, from: other.fields) }
      }
    }
    // Step 6: a 503 tells about one server behind us, not about us.
    if best.status == .serviceUnavailable { best = Response(to: request, status: .serverInternalError) }
    return best
  }

  /// 6xx before all; then the lowest class; within it what gives the caller something to do.
  private static func rank(_ status: StatusCode) -> Int {
    if status.kind == .globalFailure { return 0 }
    let helpful: [StatusCode] = [
      .unauthorized, .proxyAuthenticationRequired, .unsupportedMediaType, .badExtension, .addressIncomplete,
    ]
    return status.rawValue / 100 * 1000 + (helpful.contains(status) ? 0 : 100) + (status == .requestTimeout ? 50 : 0)
  }
}
