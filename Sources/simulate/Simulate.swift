import Glibc
import SansIO
import Simulation

/// Seeds in, verdicts out.
///
/// Exit code 0: nothing was found; 1: something was, and what is printed shows it; 2: the arguments make no sense.
enum Simulate {
  static let usage = """
    usage: simulate --seed N [--minutes T] [--plant NAME] [--replay] [--shrink]   one world
           simulate --seeds A-B [--minutes T] [--plant NAME] [--threads K]        many worlds
           simulate --seed N --calls M [--lossless] [--exchange] [--ladder]       two phones, one call after the other
           simulate --seed N --hostile M                                          M calls of liars, answered by the phone itself
           simulate --seed N --edges M [--lossless]                               M calls while two edge proxies die in turn
           simulate --plant list                                                  faults that can be made on purpose
           --unchecked: nobody looks on; --messages: the ladder of a world that failed with each message whole
    """

  struct Arguments {
    var seed: UInt64 = 1
    var seeds: ClosedRange<UInt64>?
    var minutes: Int64 = 10
    var plant: Plant.Name?
    var isReplayed = false
    var isShrunk = false
    var isChecked = true
    var calls: Int?
    var hostileCalls: Int?
    var edgeCalls: Int?
    var isLossless = false
    var throughExchange = false
    var showsLadder = false
    var showsMessages = false
    var threads: Int?
    var isList = false
  }

  enum Refusal: Error { case because(String) }

  static func main(_ words: [String]) async -> Int32 {
    if words.contains("--help") {
      print(usage)
      return 0
    }
    do throws(Refusal) {
      let arguments = try read(words)
      if arguments.isList {
        for name in Plant.Name.allCases { print(name.rawValue) }
        return 0
      }
      if let calls = arguments.hostileCalls { return HostileCommand.run(arguments, calls: calls) }
      if let calls = arguments.edgeCalls { return EdgesCommand.run(arguments, calls: calls) }
      if let calls = arguments.calls { return CallSeriesCommand.run(arguments, calls: calls) }
      if let seeds = arguments.seeds { return await SeedsCommand.run(arguments, seeds) }
      return SeedCommand.run(arguments)
    } catch {
      if case .because(let sentence) = error { print(sentence) }
      print(usage)
      return 2
    }
  }

  private static func read(_ words: [String]) throws(Refusal) -> Arguments {
    var arguments = Arguments()
    var rest = words[...]
    func number<N: FixedWidthInteger>(_ option: String, _ rest: inout ArraySlice<String>) throws(Refusal) -> N {
      guard let value = rest.popFirst().flatMap({ N($0) }), value >= 0 else { throw .because("\(option) needs a number.") }
      return value
    }
    while let word = rest.popFirst() {
      switch word {
      case "--seed": arguments.seed = try number(word, &rest)
      case "--seeds":
        let parts = (rest.popFirst() ?? "").split(separator: "-").map { UInt64($0) }
        guard parts.count == 2, let first = parts[0], let last = parts[1], first <= last else {
          throw .because("--seeds needs two numbers, such as 1-1000.")
        }
        arguments.seeds = first...last
      case "--minutes": arguments.minutes = max(1, try number(word, &rest))
      case "--threads": arguments.threads = max(1, try number(word, &rest))
      case "--calls": arguments.calls = try number(word, &rest)
      case "--hostile": arguments.hostileCalls = try number(word, &rest)
      case "--edges": arguments.edgeCalls = try number(word, &rest)
      case "--plant":
        let name = rest.popFirst() ?? ""
        if name == "list" {
          arguments.isList = true
        } else if let plant = Plant.Name(rawValue: name) {
          arguments.plant = plant
        } else {
          throw .because("There is no plant “\(name)”; see --plant list.")
        }
      case "--replay": arguments.isReplayed = true
      case "--shrink": arguments.isShrunk = true
      case "--unchecked": arguments.isChecked = false
      case "--lossless": arguments.isLossless = true
      case "--exchange": arguments.throughExchange = true
      case "--messages": arguments.showsMessages = true
      case "--ladder": arguments.showsLadder = true
      default: throw .because("\(word) is not known.")
      }
    }
    return arguments
  }
}
