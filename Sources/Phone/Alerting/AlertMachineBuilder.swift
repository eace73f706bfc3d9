/// Writes the states of an `AlertGraph` down as a table.
///
/// "The process for constructing an FSM can use more than linear time and constant space, probably exponential in the worst case"
/// (RFC 8433 section 8). Sets of signals come from files that nobody checked, so building stops at `Limits` and says so; the
/// resolver then walks the graph itself, which is slower and chooses alike.
struct AlertMachineBuilder {
  struct Limits: Hashable, Sendable {
    var states = 2048
    /// Of the table, each of two bytes.
    var cells = 1 << 20
    /// Symbols and signals that were looked at; a million take some ten milliseconds.
    var effort = 1_000_000

    static let standard = Limits()
  }

  /// What building came to.
  enum Outcome {
    case built(AlertMachine)
    /// How many states there were already when a limit was met.
    case tooLarge(states: Int)
  }

  /// - Parameter isMinimized: merge states that cannot be told apart; nil does it where the table is worth the time.
  static func build(_ graph: AlertGraph, limits: Limits = .standard, isMinimized: Bool? = nil) -> Outcome {
    let width = graph.alphabet.nodes.count
    let greatest = min(limits.states, Int(UInt16.max))
    var states = [graph.start]
    var numbers = [graph.start: 0]
    var transitions: [UInt16] = []
    var effort = 0
    var index = 0
    while index < states.count {
      guard (index + 1) * width <= limits.cells else { return .tooLarge(states: states.count) }
      for symbol in 0..<width {
        guard effort <= limits.effort else { return .tooLarge(states: states.count) }
        guard let next = graph.next(states[index], symbol, effort: &effort) else {
          transitions.append(UInt16(clamping: index))
          continue
        }
        if let known = numbers[next] {
          transitions.append(UInt16(clamping: known))
          continue
        }
        guard states.count < greatest else { return .tooLarge(states: states.count) }
        numbers[next] = states.count
        transitions.append(UInt16(clamping: states.count))
        states.append(next)
      }
      index += 1
    }
    let machine = AlertMachine(
      alphabet: graph.alphabet, transitions: transitions, signals: states.map { UInt16(clamping: graph.signal(of: $0)) })
    return .built(isMinimized ?? (transitions.count > smallTable) ? machine.minimized : machine)
  }

  /// Cells of a table that is not worth merging: 16 KiB.
  private static let smallTable = 8192
}
