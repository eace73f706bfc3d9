import SIPMessages

/// The states of RFC 8433's machine and the way from one to the next, before anybody has written them down in a table.
///
/// A state is what was heard so far: for each category the symbol that was recorded, and the signal that is chosen. The step
/// follows section 4.3: a URN that fits what is recorded narrows it, any other changes nothing; and of the signals that say nothing
/// that was not heard, and all that the signal before said, the one is chosen that expresses the most of the URN.
struct AlertGraph: Sendable {
  /// One signal in one of its meanings: the symbol that it expresses in each category, the category's own where it says nothing.
  struct Expression: Sendable {
    var signal: Int
    var symbols: [AlertAlphabet.Symbol]
    /// How much it says, over all categories.
    var depth: Int
  }

  struct State: Hashable, Sendable {
    var recorded: [AlertAlphabet.Symbol]
    /// Index into `expressions`.
    var expression: Int
  }

  let alphabet: AlertAlphabet
  private(set) var expressions: [Expression] = []
  let signalCount: Int

  /// - Parameter meanings: of each signal, what it means: alternatives, each of which is a list of URNs that it expresses together;
  ///   the signal without any URN is the default, and signal 0 becomes it when none is.
  init(_ meanings: [[[AlertURN]]]) {
    alphabet = AlertAlphabet(meanings.flatMap { $0.flatMap { $0 } })
    signalCount = max(meanings.count, 1)
    for (signal, alternatives) in meanings.enumerated() {
      for urns in alternatives {
        if let expression = expression(of: signal, urns), !isKnown(expression) { expressions.append(expression) }
      }
    }
    // "There must always be a default signal that has zero corresponding URNs" (section 2).
    let silent = Expression(signal: 0, symbols: alphabet.roots, depth: 0)
    if !isKnown(silent) { expressions.append(silent) }
  }

  private func isKnown(_ expression: Expression) -> Bool {
    expressions.contains { $0.symbols == expression.symbols }
  }

  /// nil when the URNs contradict each other.
  private func expression(of signal: Int, _ urns: [AlertURN]) -> Expression? {
    var symbols = alphabet.roots
    for urn in urns {
      guard let symbol = alphabet.symbol(of: urn) else { continue }
      let category = alphabet.nodes[symbol].category
      if alphabet.isPrefix(symbols[category], of: symbol) {
        symbols[category] = symbol
      } else if !alphabet.isPrefix(symbol, of: symbols[category]) {
        return nil
      }
    }
    return Expression(signal: signal, symbols: symbols, depth: symbols.reduce(0) { $0 + alphabet.nodes[$1].depth })
  }

  var start: State {
    State(recorded: alphabet.roots, expression: expressions.firstIndex { $0.depth == 0 } ?? 0)
  }

  /// The state after `symbol`; nil when it brings nothing new, so that the state stays. Adds to `effort` what it had to look at.
  func next(_ state: State, _ symbol: AlertAlphabet.Symbol, effort: inout Int) -> State? {
    effort += 1
    let category = alphabet.nodes[symbol].category
    let recorded = state.recorded[category]
    guard symbol != recorded, alphabet.isPrefix(recorded, of: symbol) else { return nil }
    var next = state
    next.recorded[category] = symbol
    let former = expressions[state.expression]
    for index in expressions.indices {
      effort += 1
      let candidate = expressions[index]
      let chosen = expressions[next.expression]
      let gain = alphabet.nodes[candidate.symbols[category]].depth - alphabet.nodes[chosen.symbols[category]].depth
      // RFC 7462 section 11.1: the most of this URN; among equals the one that expresses the more of what came before it.
      guard gain > 0 || (gain == 0 && candidate.depth > chosen.depth) else { continue }
      let fits = candidate.symbols.indices.allSatisfy {
        alphabet.isPrefix(candidate.symbols[$0], of: next.recorded[$0])
          && alphabet.isPrefix(former.symbols[$0], of: candidate.symbols[$0])
      }
      if fits { next.expression = index }
    }
    return next
  }

  func signal(of state: State) -> Int { expressions[state.expression].signal }

  /// The states that a list of URNs passes through, the first one before any of them.
  func states(_ urns: [AlertURN]) -> [State] {
    var states = [start]
    var effort = 0
    for urn in urns {
      guard let symbol = alphabet.symbol(of: urn) else { continue }
      let state = states[states.count - 1]
      states.append(next(state, symbol, effort: &effort) ?? state)
    }
    return states
  }

  /// `priority:(high)/source:external`: in parentheses what is recorded and not expressed (section 4.3).
  func name(of state: State) -> String {
    let said = expressions[state.expression].symbols
    return state.recorded.indices.map { category in
      let whole = alphabet.name(of: state.recorded[category])
      let depth = alphabet.nodes[said[category]].depth
      let parts = whole.split(separator: ":").map { String($0) }
      guard depth + 1 < parts.count else { return whole }
      return parts[...depth].joined(separator: ":") + ":(" + parts[(depth + 1)...].joined(separator: ":") + ")"
    }.joined(separator: "/")
  }
}
