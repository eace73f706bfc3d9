import SIPMessages

/// The signals of one situation and one mode, with what chooses among them.
struct AlertSignalSet: Sendable {
  let signals: [AlertSignal]
  private let graph: AlertGraph
  /// nil when the table would have been too large: the graph is then walked.
  private let machine: AlertMachine?

  init(_ signals: [AlertSignal], limits: AlertMachineBuilder.Limits = .standard) {
    self.signals = signals
    graph = AlertGraph(signals.map { $0.meanings })
    switch AlertMachineBuilder.build(graph, limits: limits) {
    case .built(let built): machine = built
    case .tooLarge: machine = nil
    }
  }

  var isTabulated: Bool { machine != nil }
  var stateCount: Int? { machine?.stateCount }

  /// The signal for these URNs, the most important one first; nil when the set is empty.
  func signal(for urns: [AlertURN]) -> AlertSignal? {
    guard !signals.isEmpty else { return nil }
    if let machine { return signals[machine.signal(for: urns)] }
    let states = graph.states(urns)
    return signals[graph.signal(of: states[states.count - 1])]
  }

  /// The states that are passed through, for a person who asks why.
  func path(of urns: [AlertURN]) -> [String] {
    graph.states(urns).map { graph.name(of: $0) }
  }
}
