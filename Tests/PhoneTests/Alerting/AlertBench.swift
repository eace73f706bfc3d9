import SIPMessages
import Testing

@testable import Phone

/// A set of signals as RFC 8433 writes them, and the machine that is made of it.
struct AlertBench {
  let names: [String]
  let graph: AlertGraph
  let machine: AlertMachine
  let unmerged: AlertMachine

  /// Names with their meanings: alternatives, each of them URNs without `urn:alert:`.
  init(_ signals: [(String, [[String]])]) throws {
    names = signals.map { $0.0 }
    let graph = AlertGraph(try signals.map { try $0.1.map { try $0.map { try Self.urn($0) } } })
    func build(isMinimized: Bool) throws -> AlertMachine {
      guard case .built(let machine) = AlertMachineBuilder.build(graph, isMinimized: isMinimized) else { throw TooLarge() }
      return machine
    }
    self.graph = graph
    machine = try build(isMinimized: true)
    unmerged = try build(isMinimized: false)
  }

  struct TooLarge: Error {}

  static func urn(_ identifier: String) throws -> AlertURN {
    try #require(AlertURN("urn:alert:" + identifier), "\(identifier)")
  }

  /// The name of the signal; both machines and the walk along the graph must agree.
  func choose(_ identifiers: String...) throws -> String {
    let urns = try identifiers.map { try Self.urn($0) }
    let chosen = machine.signal(for: urns)
    #expect(unmerged.signal(for: urns) == chosen)
    #expect(graph.signal(of: graph.states(urns).last ?? graph.start) == chosen)
    return names[chosen]
  }

  func path(_ identifiers: String...) throws -> [String] {
    graph.states(try identifiers.map { try Self.urn($0) }).map { graph.name(of: $0) }
  }
}
