import SIPMessages
import SansIO
import Testing

@testable import Phone

@Suite("Choosing a signal: what holds for all sets and lists (RFC 7462 section 11.1)")
struct AlertPropertyTests {
  private typealias Name = [String]

  /// Random signals over three categories, each with URNs of up to three parts; the first is the default.
  private static func signals(_ random: inout RandomSource) -> [[Name]] {
    var signals: [[Name]] = [[]]
    for _ in 0..<(1 + random.next(below: 6)) {
      var urns: [Name] = []
      for category in ["a", "b", "c"] where random.next(below: 2) == 0 { urns.append(name(category, ["x", "y"], &random)) }
      if !signals.contains(urns) { signals.append(urns) }
    }
    return signals
  }

  private static func name(_ category: String, _ labels: [String], _ random: inout RandomSource) -> Name {
    [category] + (0...random.next(below: 3)).map { _ in labels[Int(random.next(below: UInt64(labels.count)))] }
  }

  private static func list(_ random: inout RandomSource) -> [Name] {
    (0..<random.next(below: 9)).map { _ in
      let category = ["a", "b", "c", "d"][Int(random.next(below: 4))]
      return name(category, ["x", "y", "unknown", "z@example"], &random)
    }
  }

  private static func isPrefix(_ general: Name, _ special: Name) -> Bool { special.starts(with: general) }

  /// What `signal` says in a category; nothing but the category when it says nothing.
  private static func said(_ signal: [Name], _ category: String) -> Name {
    signal.first { $0[0] == category } ?? [category]
  }

  /// Goes along the list as section 1.1 of RFC 8433 tells it, without symbols or states, and holds each choice to it.
  private static func check(_ signals: [[Name]], _ list: [Name], choose: ([AlertURN]) -> Int) {
    var heard: [String: Name] = [:]
    var former = choose([])
    #expect(signals[former].isEmpty)
    for count in 1..<(list.count + 1) {
      let urn = list[count - 1]
      let category = urn[0]
      if isPrefix(heard[category] ?? [category], urn) { heard[category] = urn }
      let candidates = signals.indices.filter { index in
        ["a", "b", "c"].allSatisfy {
          isPrefix(said(signals[index], $0), heard[$0] ?? [$0]) && isPrefix(said(signals[former], $0), said(signals[index], $0))
        }
      }
      let urns = list[..<count].compactMap { AlertURN($0) }
      let chosen = choose(urns)
      // Says nothing that was not heard, and all that was said before.
      #expect(candidates.contains(chosen), "\(signals) \(list[..<count])")
      // The longest part of this URN that any such signal can say.
      let longest = candidates.map { said(signals[$0], category).count }.max() ?? 1
      #expect(said(signals[chosen], category).count == longest, "\(signals) \(list[..<count])")
      // Among these, none that says less of the others than it could.
      let fullest =
        candidates.filter { said(signals[$0], category).count == longest }
        .map { signals[$0].reduce(0) { $0 + $1.count - 1 } }.max() ?? 0
      #expect(signals[chosen].reduce(0) { $0 + $1.count - 1 } == fullest, "\(signals) \(list[..<count])")
      former = chosen
    }
  }

  private static func graph(_ signals: [[Name]]) -> AlertGraph {
    AlertGraph(signals.map { [$0.compactMap { AlertURN($0) }] })
  }

  // Proves: rfc7462-11.1-1 rfc7462-11.1-2 rfc8433-1.1-1
  @Test("Each URN is said as far as any signal can that keeps what was said before", arguments: 0..<8)
  func longestPrefix(seed: Int) {
    var random = RandomSource(seed: UInt64(seed) + 77)
    var tables = 0
    for _ in 0..<40 {
      let signals = Self.signals(&random)
      let graph = Self.graph(signals)
      switch AlertMachineBuilder.build(graph) {
      case .built(let machine):
        tables += 1
        for _ in 0..<12 { Self.check(signals, Self.list(&random)) { machine.signal(for: $0) } }
      case .tooLarge:
        for _ in 0..<12 { Self.check(signals, Self.list(&random)) { graph.signal(of: graph.states($0).last ?? graph.start) } }
      }
    }
    #expect(tables > 25)
  }

  // Proves: rfc8433-8-4 rfc8433-8-5 rfc8433-8-6 rfc8433-8-7
  @Test("A set whose machine would be too large is not built, and chooses all the same")
  func explosion() {
    let categories = (0..<24).map { "c\($0)" }
    let meanings = [[]] + categories.flatMap { category in ["x", "y", "z"].compactMap { AlertURN([category, $0]) }.map { [$0] } }
    let graph = AlertGraph(meanings.map { [$0] })
    guard case .tooLarge(let states) = AlertMachineBuilder.build(graph) else {
      Issue.record("The machine of 5^24 states was built")
      return
    }
    #expect(states <= AlertMachineBuilder.Limits.standard.states)
    let signals = meanings.enumerated().map { AlertSignal("\($0.offset)", .tune, means: [$0.element], .nothing) }
    let few = AlertMachineBuilder.Limits(states: 100)
    let set = AlertSignalSet(signals, limits: few)
    #expect(!set.isTabulated)
    #expect(set.signal(for: [])?.name == "0")
    #expect(
      set.signal(for: [AlertURN(["c7", "y"]), AlertURN(["c3", "x"])].compactMap { $0 })?.meanings == [
        [AlertURN(["c7", "y"])].compactMap { $0 }
      ])
    let resolver = AlertResolver(signals: signals, limits: few)
    #expect(resolver.untabulated == ["ringing, tune"])
  }

  @Test("A set without a table chooses as one with a table does")
  func walking() {
    var random = RandomSource(seed: 5)
    var compared = 0
    for _ in 0..<100 {
      let meanings = Self.signals(&random)
      let signals = meanings.enumerated().map {
        AlertSignal("\($0.offset)", .tune, means: [$0.element.compactMap { AlertURN($0) }], .nothing)
      }
      let fast = AlertSignalSet(signals)
      let slow = AlertSignalSet(signals, limits: AlertMachineBuilder.Limits(states: 1, cells: 1, effort: 1))
      guard fast.isTabulated, !slow.isTabulated else { continue }
      compared += 1
      for _ in 0..<10 {
        let urns = Self.list(&random).compactMap { AlertURN($0) }
        #expect(fast.signal(for: urns) == slow.signal(for: urns))
      }
    }
    #expect(compared > 50)
  }
}
