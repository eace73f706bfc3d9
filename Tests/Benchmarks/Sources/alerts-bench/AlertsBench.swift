import Foundation
import Phone
import SIPMessages

/// Measures how long it takes to choose the signals of a call. Usage: alerts-bench FILE [SECONDS], the file being
/// Resources/alerts.toml.
@main
struct AlertsBench {
  static func main() throws {
    let arguments = CommandLine.arguments
    let path = arguments.count > 1 ? arguments[1] : "../../Resources/alerts.toml"
    let seconds = arguments.count > 2 ? Double(arguments[2]) ?? 1 : 1
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    var configuration = Configuration()
    let problems = configuration.addAlertSignals(bytes, file: path)
    guard problems.isEmpty else { throw BenchmarkError("\(problems)") }
    let signals = configuration.alerts.signals
    let clock = ContinuousClock()
    let building = clock.measure { _ = AlertResolver(signals: signals).untabulated }
    print("reading \(signals.count) signals and building their machines: \(building / .microseconds(1)) µs")

    let resolver = AlertResolver(signals: signals)
    let lists = (0..<64).map { list($0) }
    report("choose for 20 URNs, all modes", seconds) { resolver.signals(for: lists[$0 % 64], in: .ringing).count }
    let short = lists.map { Array($0.prefix(2)) }
    report("choose for 2 URNs, all modes", seconds) { resolver.signals(for: short[$0 % 64], in: .ringing).count }
    let fields = lists.map { urns in
      var fields = HeaderFields()
      fields.append(name: .alertInfo, value: urns.map { "<\($0)>" }.joined(separator: ", "))
      return fields
    }
    report("read Alert-Info with 20 URNs", seconds) { fields[$0 % 64].alertInfo.urns.count }
  }

  /// Twenty URNs: known and unknown ones, in another order for each number.
  static func list(_ number: Int) -> [AlertURN] {
    let names = [
      "source:external", "priority:high", "service:recall:hold", "locale:country:za", "duration:short", "delay:yes",
      "source:internal",
      "priority:high:extra@example", "service:call-waiting", "locale:country:de", "unknown:thing", "source:unclassified",
      "jkl@example:a1", "service:forward:abc@example:xyz", "priority:low", "duration:normal", "delay:none", "locale:default",
      "source:friend", "distinctive@foo:short-long-short",
    ]
    return names.indices.compactMap { AlertURN("urn:alert:" + names[($0 * 7 + number) % names.count]) }
  }

  /// The best of many parts of two milliseconds: the machine is shared, and what disturbs a part only makes it slower.
  static func report(_ name: String, _ seconds: Double, _ body: (Int) -> Int) {
    let clock = ContinuousClock()
    var best = Double.infinity
    var sum = 0
    var index = 0
    let end = clock.now + .seconds(seconds)
    while clock.now < end {
      let start = clock.now
      var rounds = 0
      while clock.now - start < .milliseconds(2) {
        for _ in 0..<50 {
          sum &+= body(index)
          index += 1
        }
        rounds += 50
      }
      best = min(best, Double((clock.now - start) / .nanoseconds(1)) / Double(rounds))
    }
    print("\(name): \(Int(best.rounded())) ns (\(sum % 10))")
  }
}

struct BenchmarkError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) {
    self.description = description
  }
}
