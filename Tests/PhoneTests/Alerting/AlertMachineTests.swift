import SIPMessages
import Testing

@testable import Phone

@Suite("Choosing a signal: the examples of RFC 8433 and of RFC 7462 section 12.2")
struct AlertMachineTests {
  private static let source: [(String, [[String]])] = [
    ("default", [[]]), ("internal source", [["source:internal"]]), ("external source", [["source:external"]]),
  ]

  private static let separate: [(String, [[String]])] =
    source + [("low priority", [["priority:low"]]), ("high priority", [["priority:high"]])]

  private static let combined: [(String, [[String]])] =
    separate + [
      ("low external", [["priority:low", "source:external"]]), ("high external", [["priority:high", "source:external"]]),
      ("low internal", [["priority:low", "source:internal"]]), ("high internal", [["priority:high", "source:internal"]]),
    ]

  /// Examples 2 to 4 of RFC 7462: everything but `low internal`.
  private static let asymmetric = combined.filter { $0.0 != "low internal" }

  // Proves: rfc8433-1.1-1 rfc8433-3-3
  @Test("8433 section 4: one category, four states")
  func verySimple() throws {
    let bench = try AlertBench(Self.source)
    #expect(bench.unmerged.stateCount == 4)
    #expect(try bench.choose() == "default")
    #expect(try bench.choose("source:internal") == "internal source")
    #expect(try bench.choose("source:external", "source:internal") == "external source")
    #expect(try bench.choose("source:unclassified", "source:internal") == "default")
    #expect(try bench.choose("priority:high", "source:internal") == "internal source")
    #expect(try bench.path("source:unclassified", "source:internal") == ["source", "source:([other])", "source:([other])"])
  }

  @Test("8433 section 5.1: two categories in every combination, 16 states")
  func combinations() throws {
    let bench = try AlertBench(Self.combined)
    #expect(bench.unmerged.stateCount == 16)
    #expect(try bench.choose("source:internal", "source:unclassified", "priority:high") == "high internal")
    #expect(try bench.choose("priority:low", "source:external") == "low external")
  }

  // Proves: rfc7462-11.1-1
  @Test("8433 section 5.2 and 7462 section 12.2.1: 20 states, merged into 8")
  func separateSignals() throws {
    let bench = try AlertBench(Self.separate)
    #expect(bench.unmerged.stateCount == 20)
    #expect(bench.machine.stateCount == 8)
    #expect(try bench.choose("source:internal") == "internal source")
    #expect(try bench.choose("source:unclassified", "source:internal", "priority:high") == "high priority")
    #expect(
      try bench.path("source:unclassified", "source:internal", "priority:high") == [
        "source/priority", "source:([other])/priority", "source:([other])/priority", "source:([other])/priority:high",
      ])
    #expect(try bench.choose("priority:high", "source:external") == "high priority")
    #expect(try bench.choose("source:external", "priority:high") == "external source")
  }

  // Proves: rfc7462-11.1-2 rfc7462-7-3
  @Test("8433 section 5.3 and 7462 sections 12.2.2 to 12.2.4: what cannot be said together")
  func asymmetry() throws {
    let bench = try AlertBench(Self.asymmetric)
    #expect(try bench.choose("source:internal", "source:unclassified", "priority:high") == "high internal")
    // 12.2.2: the less specific of two that fit.
    #expect(try bench.choose("source:internal") == "internal source")
    // 12.2.3
    #expect(try bench.choose("source:external", "priority:low") == "low external")
    // 12.2.4
    #expect(try bench.choose("source:internal", "priority:low") == "internal source")
    #expect(try bench.choose("priority:low", "source:internal") == "low priority")
    #expect(try bench.choose("priority:low", "source:internal", "source:external") == "low priority")
    #expect(
      try bench.path("priority:low", "source:internal", "source:external").last == "source:(internal)/priority:low")
  }

  // Proves: rfc7462-8.2-1
  @Test("7462 section 12.2.5: normal priority, and none at all, are the default")
  func defaults() throws {
    let bench = try AlertBench([("default", [[]]), ("low", [["priority:low"]]), ("high", [["priority:high"]])])
    #expect(try bench.choose("priority:low") == "low")
    #expect(try bench.choose("priority:high") == "high")
    #expect(try bench.choose("priority:normal") == "default")
    #expect(try bench.choose() == "default")
    #expect(
      try bench.choose("service:normal", "duration:normal", "delay:none", "locale:default", "source:unclassified") == "default")
  }

  @Test("8433 sections 5.4 and 5.5: private names within registered ones, and names of three parts")
  func deeper() throws {
    let bench = try AlertBench(
      Self.source + [
        ("vip", [["source:internal:vip@example"]]), ("forward", [["service:forward"]]), ("callback", [["service:recall:callback"]]),
      ])
    #expect(try bench.choose("source:internal") == "internal source")
    #expect(try bench.choose("source:internal:vip@example") == "vip")
    #expect(try bench.choose("source:internal", "source:internal:vip@example") == "vip")
    #expect(try bench.choose("source:internal:other@example", "source:internal:vip@example") == "internal source")
    #expect(try bench.choose("source:internal:vip@example:more", "source:external") == "vip")
    #expect(try bench.choose("service:recall:hold", "service:recall:callback") == "default")
    #expect(try bench.choose("service:recall", "service:recall:callback") == "callback")
    let symbols = bench.graph.alphabet.nodes.indices.map { bench.graph.alphabet.name(of: $0) }.sorted()
    #expect(
      symbols.filter { $0.hasPrefix("service") } == [
        "service", "service:[other]", "service:forward", "service:recall", "service:recall:[other]", "service:recall:callback",
      ])
    #expect(
      symbols.filter { $0.hasPrefix("source") } == [
        "source", "source:[other]", "source:external", "source:internal", "source:internal:[other]", "source:internal:vip@example",
      ])
  }

  @Test("8433 section 5.6: three systems of signals, 17 states")
  func countries() throws {
    let bench = try AlertBench([
      ("default", [[]]), ("call-waiting", [["service:call-waiting"]]), ("XA default", [["country:xa"]]),
      ("XA call-waiting", [["country:xa", "service:call-waiting"]]), ("XA forward", [["country:xa", "service:forward"]]),
      ("XB default", [["country:xb"]]), ("XB forward", [["country:xb", "service:forward"]]),
    ])
    #expect(bench.unmerged.stateCount == 17)
    #expect(try bench.choose("country:xa", "service:call-waiting") == "XA call-waiting")
    #expect(try bench.choose("service:call-waiting", "country:xa") == "XA call-waiting")
    #expect(try bench.choose("country:xb", "service:call-waiting") == "XB default")
    #expect(try bench.choose("service:call-waiting", "country:xb") == "call-waiting")
    // State 16 to 8: what could not be said alone is said with the country.
    #expect(try bench.choose("service:forward", "country:xa") == "XA forward")
    #expect(
      try bench.path("service:forward", "country:xb") == [
        "service/country", "service:(forward)/country", "service:forward/country:xb",
      ])
  }

  // Proves: rfc7462-11.1-3
  @Test("8433 section 6: high priority goes before everything; 18 states, merged into 10")
  func prioritized() throws {
    var signals = Self.separate
    signals[4].1 = [["priority:high"], ["priority:high", "source:internal"], ["priority:high", "source:external"]]
    let bench = try AlertBench(signals)
    #expect(bench.unmerged.stateCount == 18)
    #expect(bench.machine.stateCount == 10)
    #expect(try bench.choose("source:internal", "priority:high") == "high priority")
    #expect(try bench.choose("priority:high", "source:internal") == "high priority")
    #expect(try bench.choose("source:internal", "priority:low") == "internal source")
  }

  @Test("8433 section 7: a set that changes is built anew, and only its own names are known")
  func changingSets() throws {
    // The RFC's own example has dots in the provider, which RFC 7462's grammar does not allow.
    func bench(_ callers: [String]) throws -> AlertBench {
      try AlertBench([("default", [[]])] + callers.map { ($0, [["caller@example:\($0)@example"]]) })
    }
    let few = try bench(["alice"])
    #expect(try few.choose("caller@example:alice@example", "caller@example:bob@example") == "alice")
    #expect(try few.choose("caller@example:bob@example", "caller@example:alice@example") == "default")
    let more = try bench(["alice", "bob"])
    #expect(try more.choose("caller@example:bob@example", "caller@example:alice@example") == "bob")
    #expect(more.unmerged.stateCount == 4)
  }

  @Test("Case, unknown categories and repetitions change nothing")
  func noise() throws {
    let bench = try AlertBench(Self.combined)
    #expect(
      try bench.choose("SOURCE:Internal", "unknown:x", "source:internal", "private@example:y", "Priority:HIGH") == "high internal")
  }

  @Test("A set without a default takes its first signal, and one that contradicts itself is never chosen")
  func oddSets() throws {
    let bench = try AlertBench([("first", [["source:internal"]]), ("never", [["source:internal", "source:external"]])])
    #expect(try bench.choose() == "first")
    #expect(try bench.choose("source:external") == "first")
  }
}
