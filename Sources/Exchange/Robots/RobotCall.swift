internal import Media
internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

/// One call of a robot, from its first message to its last. Deadlines stand in the stage that waits for them.
struct RobotCall: Sendable {
  enum Stage: Hashable, Sendable {
    /// Rings; nil is never answered.
    case ringing(answerAt: Instant?)
    /// Wants to answer (or, as the caller, to call) and waits for its media sockets.
    case waitingForMedia
    /// The robot called, and nobody has answered yet.
    case calling
    /// `nextAct`: when the robot does what it is there for.
    case talking(nextAct: Instant?)
    case referring(RequestID)
    /// The transfer was taken on; the peer hangs up when it stands.
    case referred(RequestID)
    case holding(until: Instant)
    case resumed
  }

  let session: SessionID
  let robot: Robot
  let stream: MediaStreamID
  /// Who calls, or is called.
  let peer: URI
  let isIncoming: Bool
  /// The offer of the INVITE that came in.
  let offer: Body?
  var negotiator: MediaNegotiator
  var endpoint: MediaEndpoint?
  var stage: Stage
  /// Who is heard: the robot itself until it leaves the guest to another.
  var voice: Robot
  /// What the media runs with; nil before anything is agreed.
  var parameters: MediaParameters?
  /// How often it asked for more than it was given.
  var demandsMade = 0

  var deadline: Instant? {
    switch stage {
    case .ringing(let instant), .talking(let instant): instant
    case .holding(let until): until
    case .waitingForMedia, .calling, .referring, .referred, .resumed: nil
    }
  }

  var wasAnswered: Bool {
    switch stage {
    case .ringing, .waitingForMedia, .calling: false
    case .talking, .referring, .referred, .holding, .resumed: true
    }
  }
}
