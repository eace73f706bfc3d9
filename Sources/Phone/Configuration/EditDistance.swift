/// How far two words are apart, for "did you mean".
enum EditDistance {
  /// The number of letters to insert, drop, change or swap with their neighbour.
  static func between(_ left: String, _ right: String) -> Int {
    let left = Array(left.unicodeScalars.prefix(64))
    let right = Array(right.unicodeScalars.prefix(64))
    var before: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        let change = last[column] + (left[row] == right[column] ? 0 : 1)
        var best = min(change, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, before[column - 1] + 1)
        }
        current.append(best)
      }
      before = last
      last = current
    }
    return last[right.count]
  }

  /// The nearest of `candidates` when it is near enough to be meant; the first one of equals.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    let scored = candidates.map { ($0, between(word.lowercased(), $0.lowercased())) }
    guard let best = scored.min(by: { $0.1 < $1.1 }) else { return nil }
    return best.1 <= max(2, word.unicodeScalars.count / 3) ? best.0 : nil
  }
}
