import Media
import SIPMessages
import SIPUserAgent
import SansIO

/// One call as the phone keeps it. What may happen in which phase is decided by `Phone`; this holds what is true.
///
///     outgoing   opening ─▶ calling ─▶ established ─▶ ended
///                             │ ▲
///                             ▼ │ the user agrees
///                          redirected
///     incoming   arriving ─▶ ringing ─▶ answering ─▶ established ─▶ ended
///
/// Every phase can go to `ended` at once. The user agent may still be busy with a BYE or CANCEL then; nobody has to wait for that.
struct Call: Sendable {
  enum Phase: Sendable {
    /// Outgoing: the sockets are being bound, the INVITE waits for them.
    case opening(URI)
    case calling(Progress)
    case redirected([URI])
    /// Incoming: the sockets are being bound, ringing waits for them. The offer is nil when the INVITE had none.
    case arriving(offer: [UInt8]?, wish: AnswerWish?)
    case ringing(offer: [UInt8]?)
    /// Our 200 is ordered, not yet sent.
    case answering
    case established
    case ended(CallEnding, removeAt: Instant)
  }

  enum Stage: Sendable {
    case opening, calling, redirected, arriving, ringing, answering, established, ended

    init(_ phase: Phase) {
      switch phase {
      case .opening: self = .opening
      case .calling: self = .calling
      case .redirected: self = .redirected
      case .arriving: self = .arriving
      case .ringing: self = .ringing
      case .answering: self = .answering
      case .established: self = .established
      case .ended: self = .ended
      }
    }
  }

  /// How far an outgoing call has come.
  struct Progress: Sendable {
    var isRinging = false
    /// 183, or sound that came: the network speaks for itself, our ringback would cover it (RFC 3960 section 3.2).
    var hasEarlySound = false
    /// Any response at all: the other side can be reached.
    var wasReached = false
  }

  /// What the media loop was told to run last.
  struct Run: Hashable, Sendable {
    var parameters: MediaParameters
    var source: AudioSource
  }

  /// The call was answered before its sockets were there.
  struct AnswerWish: Sendable {
    var isAutomatic: Bool
    var isLoopback = false
  }

  struct Answering: Sendable {
    var facts: AnswerFacts
    var decision: AnswerDecision
  }

  let id: CallID
  let session: SessionID
  let stream: MediaStreamID
  /// The account's number, from 1.
  let account: Int
  let isIncoming: Bool
  let startedAt: Moment
  var who: CallIdentity
  /// For whom an incoming call was meant first.
  var sentOn: SentOn?
  /// What the caller says the call is about (RFC 3261 section 20.36); nil when it says nothing.
  var subject: String?
  /// The caller called a SIPS address, and a SIP one was asked for when the call came (RFC 3261 section 26.4.4).
  var isDowngraded = false
  /// What From says instead of the account's address; nil for the account's own.
  var alias: NameAddress?
  /// What the other side was told in mid-call that we are; nil when it was told nothing.
  var presented: NameAddress?
  var wasToldOfSignature = false
  var phase: Phase { didSet { stage = Stage(phase) } }
  /// The phase without what belongs to it. Every step asks every call in which phase it is, and a phase is dear to copy.
  private(set) var stage: Stage
  var answeredAt: Instant?
  var endedAt: Instant?
  var wasAnsweredAutomatically = false
  /// Answered by itself, and nobody has asked to be heard since: nothing of ours is even offered (RFC 5373 section 7.4).
  var receivesOnly = false
  /// Answered as a mirror of the caller's own media (RFC 6849).
  var isLoopback = false
  /// When something was heard of the caller last; for calls that were answered by themselves.
  var heardAt: Instant?
  /// What the rules were told of an incoming call, and what they said.
  var answering: Answering?
  /// How the other side said it answered (RFC 5373 section 5.2); nil when it did not say.
  var answeredBy: AnswerRequest.Mode?
  var isRingerSilenced = false
  /// What the INVITE, or the last provisional response, asked for; the most important first.
  var alerts = CallAlerts()
  /// SIP's Call-ID; empty until a message told it.
  var callID = ""
  /// The host that the INVITE came from, the last hop; empty for outgoing calls.
  var sourceHost = ""

  /// What its INVITE has besides the usual.
  var fields = HeaderFields()

  var negotiator: MediaNegotiator
  /// The negotiator as it was when the first offer had just been made. Every branch of a forked call answers that same offer.
  var unanswered: MediaNegotiator?
  /// Sockets were asked for, so the stream must be closed.
  var hasStream = false
  var endpoint: MediaEndpoint?
  /// Its sockets are being renewed at another address; the peer is told when they are there.
  var isMoving = false
  /// What runs; nil until both sides agree.
  var parameters: MediaParameters?
  /// We have put the other side on hold.
  var isHeld = false
  /// An offer of ours within the established call waits for its answer; the direction is the one offered.
  var openOffer: MediaDirection?
  var lastRun: Run?
  /// What listeners to events have heard of last.
  var lastReported: CallSnapshot.State?
  var statistics: MediaStatistics?
  var digitsSent = ""
  var digitsReceived = ""

  /// It is made because somebody in another call asked for it.
  var referred: ReferredBack?
  /// It comes in place of this call (RFC 3891).
  var replaces: CallID?
  /// The other side is being sent to somebody else.
  var transfer: OutgoingTransfer?
  /// Who has taken over; the words of its end say so.
  var handedTo: String?
  /// Somebody else has taken over, and the other side has this long to hang up.
  var leaveAt: Instant?

  init(
    id: CallID, session: SessionID, stream: MediaStreamID, account: Int, isIncoming: Bool, startedAt: Moment, peer: PeerSnapshot,
    phase: Phase, negotiator: MediaNegotiator
  ) {
    self.id = id
    self.session = session
    self.stream = stream
    self.account = account
    self.isIncoming = isIncoming
    self.startedAt = startedAt
    who = CallIdentity(peer)
    self.phase = phase
    stage = Stage(phase)
    self.negotiator = negotiator
  }

  var peer: PeerSnapshot { who.peer }

  /// The direction that we wish for now.
  var direction: MediaDirection { MediaDirection(sends: !receivesOnly, receives: !isHeld) }

  var ending: CallEnding? {
    if case .ended(let ending, _) = phase { ending } else { nil }
  }

  // Always inlined, these: asked of a call in the phone's array, a function would be handed a copy of the whole call.

  @inline(__always)
  var isEnded: Bool { stage == .ended }

  @inline(__always)
  var isEstablished: Bool { stage == .established }

  /// Incoming, not answered, not over.
  @inline(__always)
  var isWaiting: Bool {
    switch stage {
    case .arriving, .ringing: true
    case .opening, .calling, .redirected, .answering, .established, .ended: false
    }
  }

  /// Outgoing, not answered, not over.
  @inline(__always)
  var isBeingDialled: Bool {
    switch stage {
    case .opening, .calling, .redirected: true
    case .arriving, .ringing, .answering, .established, .ended: false
    }
  }

  /// Answered, and not held by us.
  @inline(__always)
  var isTalking: Bool { isEstablished && !isHeld }

  /// Has, or is about to have, a voice.
  @inline(__always)
  var isHeard: Bool {
    switch stage {
    case .answering: true
    case .established: !isHeld
    case .calling, .opening, .redirected: parameters != nil
    case .arriving, .ringing, .ended: false
    }
  }

  /// The other side has shown that it can be reached.
  var wasReached: Bool {
    if case .calling(let progress) = phase { progress.wasReached } else { isEstablished }
  }

  /// Whether sound can pass, so that digits can be sent.
  @inline(__always)
  var hasMedia: Bool { parameters != nil && !isEnded }

  /// How long it was talked until `now`; nil when it was not answered.
  func talked(until now: Instant) -> Duration? {
    answeredAt.map { (endedAt ?? now) - $0 }
  }
}
