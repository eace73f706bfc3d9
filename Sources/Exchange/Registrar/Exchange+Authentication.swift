internal import SIPExtensions
internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

extension Exchange {
  /// The name of the user whose password the request's sender showed to know; nil when it was challenged instead (RFC 3261 sections
  /// 22.2 and 22.3).
  mutating func authenticate(_ request: Request, _ id: ServerTransactionID, at gate: DigestServer.Gate, now: Moment) -> String? {
    let verdict = gatekeeper.verify(request, at: gate, now: now) { [configuration] name in
      configuration.users.first { $0.name == name }?.password
    }
    switch verdict {
    case .accepted(let name): return name
    case .challenge(let isStale):
      let challenge = gatekeeper.challenge(request, at: gate, isStale: isStale, toTag: random.token(bits: 64), now: now)
      layer.respond(id, with: challenge, now: now, into: &work)
      return nil
    }
  }
}
