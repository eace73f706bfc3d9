/// Which key does what, and where.
///
/// A key is looked up in its screen first and then everywhere. Help and key bars are made from this table, so they cannot lie.
public struct Keymap: Hashable, Sendable {
  public enum Scope: Hashable, Sendable, CaseIterable { case everywhere, home, incoming, calls, trace, rules, accounts }

  public struct Binding: Hashable, Sendable {
    public var key: Key
    public var scope: Scope
    public var action: Action
  }

  /// In the order in which help lists them.
  public private(set) var bindings: [Binding] = []

  public init() {}

  public func action(for key: Key, in scope: Scope) -> Action? {
    bindings.first { $0.key == key && $0.scope == scope }?.action
      ?? bindings.first { $0.key == key && $0.scope == .everywhere }?.action
  }

  /// All keys of an action on a screen, the one to show first at the front.
  public func keys(for action: Action, in scope: Scope) -> [Key] {
    bindings.filter { $0.action == action && $0.scope == scope }.map(\.key)
      + bindings.filter { $0.action == action && $0.scope == .everywhere && scope != .everywhere }.map(\.key)
  }

  /// Gives a key a meaning; what it meant in that scope before is gone.
  public mutating func bind(_ key: Key, to action: Action, in scope: Scope = .everywhere) {
    bindings.removeAll { $0.key == key && $0.scope == scope }
    bindings.append(Binding(key: key, scope: scope, action: action))
  }

  public static let standard: Keymap = {
    var map = Keymap()
    let everywhere: [(Action, [Key])] = [
      (.answer, [.character("a"), .function(1)]), (.reject, [.character("x")]), (.silence, [.character("s")]),
      (.toggleMute, [.character("m"), .function(2)]), (.toggleHold, [.character("h")]), (.hangUp, [.delete, .function(4)]),
      (.followRedirection, [.character("y")]), (.refuseRedirection, [.character("n")]),
      (.calls, [.character("c")]), (.trace, [.character("t")]), (.find, [.character("/")]), (.command, [.character(":")]),
      (.help, [.character("?")]), (.back, [.escape]), (.quit, [.character("q"), .control("c")]),
      (.up, [.up, .character("k")]), (.down, [.down, .character("j")]), (.first, [.character("g"), .home]),
      (.last, [.character("G"), .end]), (.pageUp, [.pageUp, .control("b")]), (.pageDown, [.pageDown, .control("f")]),
      (.toggleAutomaticAnswer, [.character("A")]), (.rules, [.character("R")]), (.accounts, [.character("@")]),
      (.redraw, [.control("l")]),
      (.suspend, [.control("z")]),
    ]
    let home: [(Action, [Key])] = [
      (.callSelected, [.enter]), (.callingAccount, [.function(3)]), (.nextPane, [.tab, .right]),
      (.previousPane, [.backTab, .left]),
      (.historyFilter, [.character("f")]), (.toggleDoNotDisturb, [.character("d")]),
    ]
    let incoming: [(Action, [Key])] = [
      (.answerMuted, [.character("m"), .function(2)]), (.toggleDoNotDisturb, [.character("d")]), (.why, [.character("w")]),
    ]
    let calls: [(Action, [Key])] = [
      (.openPad, [.tab, .character("p")]), (.swap, [.character("w")]), (.transfer, [.character("x")]), (.home, [.character("c")]),
      (.people, [.character("i")]), (.identify, [.character("I")]),
    ]
    let rules: [(Action, [Key])] = [
      (.editRule, [.enter]), (.newRule, [.character("n")]), (.deleteRule, [.character("D")]), (.raiseRule, [.character("K")]),
      (.lowerRule, [.character("J")]), (.toggleRule, [.character(" ")]), (.tryCaller, [.character("t")]),
      (.why, [.character("w")]), (.undo, [.character("u")]), (.toggleDoNotDisturb, [.character("d")]),
    ]
    let accounts: [(Action, [Key])] = [(.signIn, [.enter]), (.signOut, [.character("u")])]
    let trace: [(Action, [Key])] = [(.traceFull, [.enter])]
    for (scope, list) in [
      (Scope.home, home), (.incoming, incoming), (.calls, calls), (.trace, trace), (.rules, rules), (.accounts, accounts),
      (.everywhere, everywhere),
    ] {
      for (action, keys) in list { for key in keys { map.bind(key, to: action, in: scope) } }
    }
    return map
  }()
}
