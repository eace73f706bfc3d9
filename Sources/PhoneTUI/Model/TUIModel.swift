import Phone
public import SansIO

/// The screens as one value: keys, snapshots and time go in, effects come out, and `render` makes a picture.
///
/// It is pure: no clock, no terminal, no thread. `TUILoop` is its world, the tests are another.
public struct TUIModel: Sendable {
  enum View: Hashable, Sendable { case home, incoming, calls, trace, rules, accounts }
  enum HomePane: Int, Hashable, Sendable, CaseIterable { case contacts, history, dial }
  enum HistoryFilter: String, Hashable, Sendable, CaseIterable {
    case all = "All", missed = "Missed", incoming = "In", outgoing = "Out"
  }
  enum Overlay: Hashable, Sendable {
    case help(isSearching: Bool)
    case command
    case find
    case quitQuestion
  }
  /// A short answer to a key, shown for a few seconds and no longer than until the next key.
  struct Hint: Hashable, Sendable {
    var text: String
    var until: Instant
  }

  /// A fresh call does not take over the meaning of a key that is already on its way down.
  static let guardTime = Duration.milliseconds(400)
  static let hintTime = Duration.seconds(4)
  static let commandHistoryLimit = 100

  let options: TUIOptions
  var now: Moment
  var columns: Int
  var rows: Int
  var snapshot = PhoneSnapshot()
  var view = View.home
  var overlay: Overlay?
  var homePane = HomePane.contacts
  var historyFilter = HistoryFilter.all
  var contactList = ListState()
  var historyList = ListState()
  var traceList = ListState()
  var ruleList = ListState()
  var accountList = ListState()
  /// The account that the user chose for the next call, from 1; nil: the phone chooses.
  var callingAccount: Int?
  /// True while the trace follows the newest message.
  var traceFollows = true
  /// First line shown of the selected message; nil while the ladder is shown.
  var traceText: Int?
  var helpTop = 0
  var findList = ListState()
  var dialField = TextField()
  var commandField = TextField()
  var findField = TextField()
  var helpField = TextField()
  var commandHistory: [String] = []
  var commandHistoryIndex: Int?
  var padHasFocus = false
  /// The call that the keys of the call screen act on.
  var cursorCall: CallID?
  var hint: Hint?
  /// When each ringing call was first seen, in the order of the snapshot.
  var ringing: [(id: CallID, since: Instant)] = []
  var silenced: [CallID] = []
  /// The question that is shown, and since when.
  var askedSince: (question: TransferQuestionSnapshot, since: Instant)?
  /// Whom Delete would hang up, and when it last meant somebody else: it must not hit a call because another ended in this moment.
  var hangUpTarget: (id: CallID?, changed: Instant?) = (nil, nil)
  /// The call screen shows who was on the call.
  var showsPeople = false
  /// Changes of who is at the other end that the user has read.
  var seenChanges: [(call: CallID, at: WallTime)] = []
  var qualities: [(id: CallID, history: QualityHistory)] = []

  public init(options: TUIOptions = TUIOptions(), columns: Int = 80, rows: Int = 24, now: Moment) {
    self.options = options
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    self.now = now
  }

  public mutating func update(_ message: TUIMessage, now: Moment) -> [TUIEffect] {
    self.now = now
    if let hint, hint.until <= now.instant { self.hint = nil }
    var effects: [TUIEffect] = []
    switch message {
    case .snapshot(let snapshot): take(snapshot, into: &effects)
    case .key(let key): handle(key, into: &effects)
    case .resized(let columns, let rows):
      self.columns = max(1, columns)
      self.rows = max(1, rows)
    case .tick: break
    }
    noteHangUpTarget()
    return effects
  }

  /// When the picture changes by itself; nil while only keys and snapshots can change it.
  public var nextTick: Instant? {
    var ticks: [Instant] = []
    if let hint { ticks.append(hint.until) }
    for call in snapshot.calls where call.isLive { ticks.append(nextSecond(after: call.durationStart)) }
    if view == .accounts, overlay == nil { ticks += accountTicks.map(nextSecond(after:)) }
    if view == .home || view == .accounts, overlay == nil {
      for account in snapshot.accounts {
        if case .failed(_, let retryAt?) = account.state, retryAt > now.instant { ticks.append(nextSecond(after: retryAt)) }
      }
      let intoMinute = ((now.wallTime.nanosecondsSince1970 % 60_000_000_000) + 60_000_000_000) % 60_000_000_000
      ticks.append(now.instant + .nanoseconds(60_000_000_000 - intoMinute))
    }
    return ticks.min()
  }

  /// The next instant after the present that is a whole number of seconds away from `start`.
  private func nextSecond(after start: Instant) -> Instant {
    let second: Int64 = 1_000_000_000
    let past = ((now.instant.nanoseconds - start.nanoseconds) % second + second) % second
    return now.instant + .nanoseconds(second - past)
  }

  private mutating func noteHangUpTarget() {
    let id = callToHangUp?.id
    if id != hangUpTarget.id { hangUpTarget = (id, hangUpTarget.id == nil ? nil : now.instant) }
  }

  mutating func say(_ text: String) {
    hint = Hint(text: text, until: now.instant + Self.hintTime)
  }
}
