public import Media
public import SansIO

/// Something that happened, for those who do not look at snapshots: the headless mode and logs.
public enum PhoneEvent: Hashable, Sendable {
  /// Everything at once. The first event of a phone, and the answer to `PhoneCommand.status`.
  case snapshot(PhoneSnapshot)
  case registration(RegistrationReport)
  /// A flow came up or broke; the account may be reachable all the same.
  case flow(FlowReport)
  case call(CallReport)
  case media(MediaReport)
  case transfer(TransferReport)
  /// Something new about who is at the other end of a call.
  case identity(IdentityReport)
  /// A sentence about something that changed.
  case message(Notice)
  /// The answer rules, or why they decided as they did.
  case policy(PolicyReport)
  /// A command could not be obeyed, or something does not work.
  case error(ErrorReport)
}

/// The registration of an account moved.
public struct RegistrationReport: Hashable, Sendable {
  public enum State: String, Hashable, Sendable { case registering, ready, failed, offline }
  /// `alice@example.com`.
  public var account: String
  /// From 1; one account has as many as it has outbound flows.
  public var flow: Int
  public var state: State
  /// `TLS`; nil while unknown.
  public var transport: String?
  /// Of the refusal; nil when there was no answer.
  public var status: Int?
  public var reason: String?
  /// How long the binding holds, when ready.
  public var expires: Duration?
  /// When the next try follows, when failed and one is planned.
  public var retryIn: Duration?

  public init(
    account: String, flow: Int = 1, state: State, transport: String? = nil, status: Int? = nil, reason: String? = nil,
    expires: Duration? = nil, retryIn: Duration? = nil
  ) {
    self.account = account
    self.flow = flow
    self.state = state
    self.transport = transport
    self.status = status
    self.reason = reason
    self.expires = expires
    self.retryIn = retryIn
  }
}

/// A call moved to another state.
public struct CallReport: Hashable, Sendable {
  public var call: CallSnapshot
  /// `alice@example.com`.
  public var account: String
  /// The SIP status that ended or moved it; nil for none.
  public var status: Int?
  /// In words, when it ended.
  public var reason: String?
  /// The SIP Call-ID; nil while unknown.
  public var callID: String?
  /// How it stands in history; nil until it is over.
  public var outcome: CallRecord.Outcome?

  public init(
    call: CallSnapshot, account: String, status: Int? = nil, reason: String? = nil, callID: String? = nil,
    outcome: CallRecord.Outcome? = nil
  ) {
    self.call = call
    self.account = account
    self.status = status
    self.reason = reason
    self.callID = callID
    self.outcome = outcome
  }
}

/// Something about the voice of a call.
public struct MediaReport: Hashable, Sendable {
  public enum Change: Hashable, Sendable {
    /// Sound flows, or flows in another way.
    case running(MediaDirection, codec: String)
    case microphone(isOpen: Bool)
    case digitReceived(Character)
    case digitsSent(String)
    case statistics(MediaStatistics)
    case closed
  }
  public var call: CallID
  /// `alice@example.com`.
  public var account: String
  public var change: Change

  public init(call: CallID, account: String, change: Change) {
    self.call = call
    self.account = account
    self.change = change
  }
}

/// Somebody is sent from one call to another: us by the other side, or the other side by us.
public struct TransferReport: Hashable, Sendable {
  public enum State: String, Hashable, Sendable {
    /// Incoming: the user has to decide. Outgoing: the other side is asked.
    case asked
    case accepted
    /// The user said no, or nothing.
    case refused
    /// Outgoing: what the other side tells of its new call.
    case progress
    case succeeded, failed
  }

  public var call: CallID
  /// `alice@example.com`.
  public var account: String
  /// The other side sends us.
  public var isIncoming: Bool
  public var state: State
  /// Of the one to whom; nil for none.
  public var name: String?
  public var target: String
  public var status: Int?
  public var reason: String?
  /// The call that is made for it, or that it goes to; nil while there is none.
  public var newCall: CallID?

  public init(
    call: CallID, account: String, isIncoming: Bool, state: State, name: String?, target: String, status: Int? = nil,
    reason: String? = nil, newCall: CallID? = nil
  ) {
    self.call = call
    self.account = account
    self.isIncoming = isIncoming
    self.state = state
    self.name = name
    self.target = target
    self.status = status
    self.reason = reason
    self.newCall = newCall
  }
}

/// Something that did not work.
public struct ErrorReport: Hashable, Sendable {
  /// What is wrong and what was expected or can be done, as a sentence.
  public var reason: String
  /// The call it is about; nil for none.
  public var call: CallID?

  public init(reason: String, call: CallID? = nil) {
    self.reason = reason
    self.call = call
  }
}

/// What was asked about the answer rules.
public struct PolicyReport: Hashable, Sendable {
  public enum Subject: String, Hashable, Sendable {
    case list, why
    case attempt = "try"
  }
  public var subject: Subject
  /// One for each rule, and what else is to be said, for a person.
  public var lines: [String]
  /// The rule that decides, from 1; nil for a list, and when none does.
  public var rule: Int?
  /// What becomes of the call, in words; nil for a list.
  public var outcome: String?
  /// Of a refusal.
  public var status: Int?

  public init(subject: Subject, lines: [String], rule: Int? = nil, outcome: String? = nil, status: Int? = nil) {
    self.subject = subject
    self.lines = lines
    self.rule = rule
    self.outcome = outcome
    self.status = status
  }
}

/// Something new about who is at the other end of a call.
public struct IdentityReport: Hashable, Sendable {
  public var call: CallID
  public var account: String
  /// What was said, by whom, and what became of it.
  public var entry: TimelineEntry
  /// Who is there now.
  public var peer: PeerSnapshot
  /// Who was there before; nil when that is the same one.
  public var was: PeerSnapshot?

  public init(call: CallID, account: String, entry: TimelineEntry, peer: PeerSnapshot, was: PeerSnapshot?) {
    self.call = call
    self.account = account
    self.entry = entry
    self.peer = peer
    self.was = was
  }
}
