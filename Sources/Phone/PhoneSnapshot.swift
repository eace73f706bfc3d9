public import Media
public import SansIO

public enum CallKind {}
/// A call as the user knows it; numbers are small, start at 1 and are reused only after a restart.
public typealias CallID = Identifier<CallKind>

/// All that a screen shows, as one value. Equal snapshots need no redraw.
public struct PhoneSnapshot: Hashable, Sendable {
  public var accounts: [AccountSnapshot] = []
  /// Which account a call goes out by.
  public var calling = CallingAccounts()
  /// In the order in which they came to be; a call stays here for a few seconds after its end so that its ending can be read.
  public var calls: [CallSnapshot] = []
  /// The call that is talked to or dialled, nil when idle.
  public var selectedCall: CallID?
  public var contacts: [ContactSnapshot] = []
  /// Newest first, as many as were asked for.
  public var history: [CallRecord] = []
  public var answersAutomatically = false
  public var doNotDisturb = false
  public var answering = AnsweringSnapshot()
  public var isMicrophoneMuted = false
  /// Who asks the user to call somebody else instead; the oldest question first.
  public var transferQuestions: [TransferQuestionSnapshot] = []
  /// The last things that changed, oldest first, in words and with their consequence.
  public var notices: [Notice] = []
  /// Sound, storage and listening sockets that do not work, in words; empty when all is well.
  public var troubles: [String] = []
  /// The newest messages that crossed the border, oldest first.
  public var trace: [TraceEntry] = []

  public init() {}
}

public struct AccountSnapshot: Hashable, Sendable {
  public enum State: Hashable, Sendable {
    /// Registered; calls reach us until `until` at the latest.
    case ready
    case registering
    /// Not registered; the sentence says why, `retryAt` when it is tried again.
    case failed(String, retryAt: Instant?)
    case offline
    /// `register = false`: it calls directly and is called at its address.
    case direct
  }
  public var number: Int
  /// `alice@example.com`.
  public var address: String
  public var displayName: String?
  public var state: State
  /// `TLS`, `TCP`, `UDP`; nil while unknown.
  public var transport: String?
  public var flowsReady: Int
  public var flowsWanted: Int
  /// The ways to the provider, in the order of their numbers; empty for an account that does not register.
  public var flows: [FlowSnapshot] = []

  public init(
    number: Int, address: String, displayName: String? = nil, state: State, transport: String? = nil, flowsReady: Int = 0,
    flowsWanted: Int = 1
  ) {
    self.number = number
    self.address = address
    self.displayName = displayName
    self.state = state
    self.transport = transport
    self.flowsReady = flowsReady
    self.flowsWanted = flowsWanted
  }
}

public struct CallSnapshot: Hashable, Sendable {
  public enum State: Hashable, Sendable {
    /// Outgoing: nothing but silence so far.
    case calling
    /// Outgoing: the other side rings.
    case remoteRinging
    /// Incoming: rings here.
    case ringing
    /// The peer redirects us to these addresses and wants consent.
    case redirected([String])
    case talking
    case held
    case heldByPeer
    /// The words that say why.
    case ended(String)
  }
  public var id: CallID
  public var account: Int
  public var isIncoming: Bool
  public var state: State
  public var peer: PeerSnapshot
  public var startedAt: Instant
  public var answeredAt: Instant?
  public var endedAt: Instant?
  /// True only while captured sound may leave this machine.
  public var isMicrophoneOpen: Bool
  public var wasAnsweredAutomatically: Bool
  /// Answered by itself as the mirror of the caller's own sound.
  public var isLoopback = false
  /// How the caller asks to be answered: `Answer-Mode: Auto`; nil when it asks for nothing.
  public var asks: String?
  /// Why that, or what a rule wanted, was not done: `rule 4: the rule says ring`; nil when it was.
  public var obstacle: String?
  /// How the other side said it answered; nil when it did not say.
  public var answeredBy: AnswerRequest.Mode?
  /// `PCMU 8 kHz`; nil before media is agreed.
  public var codec: String?
  public var statistics: MediaStatistics?
  /// Digits sent and received in this call, for the eye.
  public var digitsSent: String
  public var digitsReceived: String
  /// Who was there and how the phone knew, oldest first.
  public var timeline: [TimelineEntry] = []
  /// Somebody else took the other end in mid-call, the newest time; nil when that has not happened.
  public var identityChange: IdentityChange?
  /// For whom the call was meant first; nil when it came straight to us.
  public var sentOn: SentOn?
  /// What the caller says the call is about (Subject, RFC 3261 section 20.36), at most 120 characters; nil when it says nothing.
  public var subject: String?
  /// An incoming call went to a SIPS address and came for a SIP one: somebody on its way may have changed that (RFC 3261 section
  /// 26.4.4).
  public var isDowngraded = false
  /// Our own name and number are kept from the other side.
  public var isAnonymous = false
  /// Who the other side was told in mid-call that we are: `Sales, sip:sales@example.com`; nil when it was told nothing.
  public var presented: String?
  /// How the other side asks for the call to be signalled: of an incoming call by its INVITE, of an outgoing one by the last
  /// provisional response that said so. nil when nothing was asked.
  public var alert: AlertDescription?

  public init(
    id: CallID, account: Int, isIncoming: Bool, state: State, peer: PeerSnapshot, startedAt: Instant, answeredAt: Instant? = nil,
    endedAt: Instant? = nil, isMicrophoneOpen: Bool = false, wasAnsweredAutomatically: Bool = false, codec: String? = nil,
    statistics: MediaStatistics? = nil, digitsSent: String = "", digitsReceived: String = "", alert: AlertDescription? = nil
  ) {
    self.id = id
    self.account = account
    self.isIncoming = isIncoming
    self.state = state
    self.peer = peer
    self.startedAt = startedAt
    self.answeredAt = answeredAt
    self.endedAt = endedAt
    self.isMicrophoneOpen = isMicrophoneOpen
    self.wasAnsweredAutomatically = wasAnsweredAutomatically
    self.codec = codec
    self.statistics = statistics
    self.digitsSent = digitsSent
    self.digitsReceived = digitsReceived
    self.alert = alert
  }
}

/// Who is at the other end, and who says so. Text here is already stripped of control, bidi and tick-like characters.
public struct PeerSnapshot: Hashable, Sendable {
  public typealias Trust = IdentityTrust
  /// The contact's name when the address is a contact's, else what the peer calls itself; nil for none.
  public var name: String?
  /// True when `name` comes from our own contacts.
  public var nameIsOurs: Bool
  /// The address as a user would type it: `201`, `+4989…`, `bob@example.com`.
  public var address: String
  public var uri: String
  public var trust: Trust
  /// In which words it was said.
  public var source = IdentitySource.from
  /// The contact whose name `name` is made to look like, although the address is another; nil for none.
  public var imitates: String?
  /// What became of its signature; nil when there was none.
  public var verification: CallerVerification?
  /// It asks its provider to keep its identity from us, and the provider knows it (RFC 3325 section 9.3).
  public var isWithheld = false

  public init(name: String?, nameIsOurs: Bool, address: String, uri: String, trust: Trust) {
    self.name = name
    self.nameIsOurs = nameIsOurs
    self.address = address
    self.uri = uri
    self.trust = trust
  }
}

/// The other side of a call wants the user to call somebody else instead.
public struct TransferQuestionSnapshot: Hashable, Sendable {
  /// The call in which it asks; it may be over already.
  public var call: CallID
  /// Who asks.
  public var by: String
  /// Whom to call: the contact's name or what the other side says; nil for none.
  public var name: String?
  public var target: String

  public init(call: CallID, by: String, name: String?, target: String) {
    self.call = call
    self.by = by
    self.name = name
    self.target = target
  }

  /// `Reception transfers you to Dina <sip:dina@example.com>`.
  public var sentence: String {
    "\(by) transfers you to \(name.map { "\($0) <\(target)>" } ?? target)"
  }
}

public struct ContactSnapshot: Hashable, Sendable {
  public var name: String
  /// What a short column shows: `201`, `mobile`.
  public var label: String
  public var uri: String

  public init(name: String, label: String, uri: String) {
    self.name = name
    self.label = label
    self.uri = uri
  }
}

/// One sentence about something that changed.
public struct Notice: Hashable, Sendable {
  public enum Level: Hashable, Sendable { case information, warning, failure }
  public var at: WallTime
  public var level: Level
  public var text: String

  public init(at: WallTime, level: Level, text: String) {
    self.at = at
    self.level = level
    self.text = text
  }
}
