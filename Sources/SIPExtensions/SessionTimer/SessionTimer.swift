public import SIPMessages
public import SIPUserAgent
public import SansIO

/// Session timers (RFC 4028): both ends agree on an interval, one of them refreshes, and a session that is not refreshed is ended.
///
/// The refresh itself, by UPDATE or re-INVITE, is the core's; this says when. It needs nothing of the core but the hooks.
public struct SessionTimer: UserAgentExtension {
  /// What we ask for, in seconds. "RECOMMENDED … 1800 seconds" (section 4).
  public let interval: UInt32
  /// The shortest interval that we accept, in seconds; 90 is the least that section 5 allows.
  public let minimum: UInt32
  private var sessions: [SessionID: Session] = [:]
  private var deadlines = DeadlineQueue<SessionID>()

  private struct Session: Sendable {
    /// The largest Min-SE that the peer or a proxy asked for.
    var minimum: UInt32 = 0
    var timer: Timer?
    /// CSeq of the newest request of ours whose first 2xx has settled the timer; nil before that.
    var settled: UInt32?
  }

  private struct Timer: Sendable {
    var interval: UInt32
    var isRefresher: Bool
    /// nil for the other end, and when there is no time left to try again.
    var refreshAt: Instant?
    var expiresAt: Instant

    var deadline: Instant { min(refreshAt ?? expiresAt, expiresAt) }
  }

  /// A day: a proxy that asks for more wants to break the mechanism.
  private static let longestMinimum: UInt32 = 86_400

  /// Between a refresh and the next attempt, should it be refused.
  private static let leastPause: Duration = .seconds(10)

  public init(interval: UInt32 = 1800, minimum: UInt32 = 90) {
    self.interval = max(interval, minimum, 90)
    self.minimum = max(minimum, 90)
  }

  public var optionTags: [OptionTag] { [.timer] }

  private static func concerns(_ method: Method) -> Bool {
    method == .invite || method == .update
  }

  // MARK: As the one that asks (section 7)

  public mutating func willSend(_ request: inout Request, _ context: inout ExtensionContext) {
    guard Self.concerns(request.method), let id = context.session else { return }
    let session = sessions[id] ?? Session()
    // An UPDATE within an early dialog does not start a timer; the INVITE's 2xx does.
    guard request.method == .invite || context.isInConfirmedDialog else { return }
    let wanted = max(session.timer?.interval ?? interval, session.minimum)
    // Section 7.4: a refresh keeps the roles; the first request leaves them to the other end.
    let refresher: SessionExpires.Refresher? = session.timer.map { $0.isRefresher ? .uac : .uas }
    request.fields.set(SessionExpires(interval: wanted, refresher: refresher))
    if session.minimum > 0 { request.fields.set(MinSE(session.minimum)) }
    sessions[id] = session
  }

  public mutating func didReceive(_ response: Response, to request: Request, _ context: inout ExtensionContext) -> ResponseVerdict {
    guard Self.concerns(request.method), let id = context.session else { return .proceed }
    if response.status == .sessionIntervalTooSmall {
      // Section 7.3: again, with what was asked for; a Min-SE that asks for no more than we sent would go on for ever.
      guard let wanted = response.value(MinSE.self)?.interval, wanted <= Self.longestMinimum,
        wanted > (request.value(SessionExpires.self)?.interval ?? 0), let template = context.template
      else { return .proceed }
      sessions[id, default: Session()].minimum = wanted
      return .resend(template)
    }
    guard response.status.isSuccess, request.fields.contains(.sessionExpires) else { return .proceed }
    // One request, one agreement: a 2xx that is repeated, or that comes from a fork which lost, has the CSeq of the first and
    // changes nothing; the one that lost is hung up (RFC 3261 section 13.2.2.4).
    let number = request.cseq?.number ?? 0
    if let settled = sessions[id]?.settled, number <= settled { return .proceed }
    sessions[id, default: Session()].settled = number
    guard let agreed = response.value(SessionExpires.self) else {
      // Section 7.2: without the field there is no timer, unless we care to keep one; nobody ends a session for that.
      stop(id)
      return .proceed
    }
    start(id, interval: agreed.interval, isRefresher: agreed.refresher != .uas, now: context.now.instant)
    return .proceed
  }

  // MARK: As the one that is asked (section 9)

  public mutating func didReceive(_ request: Request, _ context: inout ExtensionContext) -> RequestVerdict {
    guard Self.concerns(request.method), let asked = request.value(SessionExpires.self), asked.interval < minimum else {
      return .proceed
    }
    guard request.fields.optionTags(Supported.self).contains(.timer) else { return .proceed }
    var response = Response(to: request, status: .sessionIntervalTooSmall)
    response.fields.set(MinSE(minimum))
    return .reject(response)
  }

  public mutating func willSend(_ response: inout Response, to request: Request, _ context: inout ExtensionContext) {
    guard Self.concerns(request.method), response.status.isSuccess, let id = context.session else { return }
    guard request.method == .invite || context.isInConfirmedDialog else { return }
    let peerUnderstands = request.fields.optionTags(Supported.self).contains(.timer)
    let asked = request.value(SessionExpires.self)
    // Section 9, table 2: one that does not understand the mechanism can only be refreshed by us.
    let refresher: SessionExpires.Refresher = peerUnderstands ? asked?.refresher ?? .uac : .uas
    let wish = request.value(MinSE.self)?.interval ?? 0
    // Section 7.4: our own refreshes repeat the largest Min-SE that was ever asked for in this dialog.
    if wish <= Self.longestMinimum { sessions[id, default: Session()].minimum = max(sessions[id]?.minimum ?? 0, wish) }
    let least = max(wish, minimum)
    guard least <= Self.longestMinimum else { return }
    let agreed = asked.map { max($0.interval, minimum) } ?? max(interval, least)
    response.fields.set(SessionExpires(interval: agreed, refresher: refresher))
    // Section 9: it must for `uac`, and should for `uas` where the caller knows timers.
    if refresher == .uac || peerUnderstands, !response.fields.optionTags(Require.self).contains(.timer) {
      response.fields.append(Require([.timer]))
    }
    start(id, interval: agreed, isRefresher: refresher == .uas, now: context.now.instant)
  }

  // MARK: Time

  private mutating func start(_ id: SessionID, interval: UInt32, isRefresher: Bool, now: Instant) {
    // Bounded, so that a peer cannot push the end beyond reckoning.
    let seconds = min(max(interval, 30), 604_800)
    // Section 10: BYE "slightly before the session expires", by the smaller of 32 s and a third of the interval.
    let margin = min(32, seconds / 3)
    let timer = Timer(
      interval: seconds, isRefresher: isRefresher, refreshAt: isRefresher ? now + .seconds(Int64(seconds)) / 2 : nil,
      expiresAt: now + .seconds(Int64(seconds - margin)))
    sessions[id, default: Session()].timer = timer
    deadlines.schedule(id, at: timer.deadline)
  }

  private mutating func stop(_ id: SessionID) {
    sessions[id]?.timer = nil
    deadlines.schedule(id, at: nil)
  }

  public mutating func sessionEnded(_ session: SessionID, _ context: inout ExtensionContext) {
    sessions[session] = nil
    deadlines.schedule(session, at: nil)
  }

  public var nextDeadline: Instant? {
    mutating get { deadlines.next }
  }

  public mutating func deadlineReached(_ context: inout ExtensionContext) {
    while let id = deadlines.popDue(now: context.now.instant) {
      guard var timer = sessions[id]?.timer else { continue }
      if timer.expiresAt <= context.now.instant {
        sessions[id]?.timer = nil
        context.endSession(id, reason: Reason(protocol: "SIP", cause: 408, text: "The session was not refreshed"))
      } else {
        // One refusal is not the end of a call: should this one be refused, another follows in half of the time that is left, and
        // nothing "continuously" (section 10). A 2xx sets the timer anew.
        let pause = (timer.expiresAt - context.now.instant) / 2
        timer.refreshAt = pause >= Self.leastPause ? context.now.instant + pause : nil
        sessions[id]?.timer = timer
        deadlines.schedule(id, at: timer.deadline)
        context.refreshSession(id)
      }
    }
  }
}
