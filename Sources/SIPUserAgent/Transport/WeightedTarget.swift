internal import SansIO

/// One SRV record, and the order that RFC 2782 puts several of them in.
struct WeightedTarget: Hashable, Sendable {
  var priority: UInt16
  var weight: UInt16
  var port: UInt16
  var name: String

  /// Lowest priority first; within one priority at random, in proportion to the weights.
  static func ordered(_ records: [WeightedTarget], random: inout RandomSource) -> [WeightedTarget] {
    var ordered: [WeightedTarget] = []
    for priority in Array(Set(records.map(\.priority))).sorted() {
      // "those with weight 0 are placed at the beginning of the list": they have a very small chance of being selected first.
      let group = records.filter { $0.priority == priority }
      var remaining = group.filter { $0.weight == 0 } + group.filter { $0.weight > 0 }
      while !remaining.isEmpty {
        let sum = remaining.reduce(UInt64(0)) { $0 + UInt64($1.weight) }
        let chosen = random.next(below: sum + 1)
        var running: UInt64 = 0
        let index = remaining.firstIndex { record in
          running += UInt64(record.weight)
          return running >= chosen
        }
        ordered.append(remaining.remove(at: index ?? 0))
      }
    }
    return ordered
  }
}
