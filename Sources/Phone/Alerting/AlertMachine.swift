import SIPMessages

/// The finite state machine that chooses a signal for a list of URNs (RFC 8433), as a table: one look-up for each URN, "at most
/// linear time and constant space".
struct AlertMachine: Sendable {
  private let alphabet: AlertAlphabet
  /// For each state, the next one after each symbol.
  private let transitions: [UInt16]
  /// For each state, the signal.
  private let signals: [UInt16]

  /// `transitions` has a row of as many states as `alphabet` has symbols for each entry of `signals`; state 0 is the first.
  init(alphabet: AlertAlphabet, transitions: [UInt16], signals: [UInt16]) {
    self.alphabet = alphabet
    self.transitions = transitions
    self.signals = signals
  }

  var stateCount: Int { signals.count }

  /// The index of the signal for these URNs, the most important one first.
  func signal(for urns: [AlertURN]) -> Int {
    let width = alphabet.nodes.count
    var state = 0
    for urn in urns {
      guard let symbol = alphabet.symbol(of: urn) else { continue }
      state = Int(transitions[state * width + symbol])
    }
    return Int(signals[state])
  }

  // MARK: Optimisation

  /// The smallest machine that chooses alike: states with the same signal and the same ways onward are one (RFC 8433 sections 5.2
  /// and 6).
  var minimized: AlertMachine {
    let width = alphabet.nodes.count
    var blocks = signals.map { UInt32($0) }
    var blockCount = Set(blocks).count
    while true {
      // Refined by one symbol after the other; numbers follow the order of states, whatever the order of the dictionary.
      var refined = blocks
      var count = blockCount
      for symbol in 0..<width {
        var numbers: [UInt64: UInt32] = [:]
        for state in signals.indices {
          let key = UInt64(refined[state]) << 32 | UInt64(blocks[Int(transitions[state * width + symbol])])
          let number = numbers[key] ?? UInt32(numbers.count)
          numbers[key] = number
          refined[state] = number
        }
        count = numbers.count
      }
      let isStable = count == blockCount
      blocks = refined
      blockCount = count
      if isStable { break }
    }
    var leaders = [Int](repeating: -1, count: blockCount)
    for state in signals.indices where leaders[Int(blocks[state])] < 0 { leaders[Int(blocks[state])] = state }
    return AlertMachine(
      alphabet: alphabet,
      transitions: leaders.flatMap { leader in
        (0..<width).map { UInt16(clamping: blocks[Int(transitions[leader * width + $0])]) }
      },
      signals: leaders.map { signals[$0] })
  }
}
