/// The rhythm of a sound: how long it is heard and how long it is not, in turns.
enum Cadence {
  /// Milliseconds of sound and, with a minus sign, of silence, from the first sound on; a silence shorter than 25 ms is the space
  /// between two notes and part of the sound. The last beat is left out: nobody knows how long it would have been.
  static func beats(of samples: [Int16], rate: Int) -> [Int] {
    let step = max(1, rate / 200)
    var beats: [Int] = []
    var index = 0
    while index + step <= samples.count {
      let isLoud = samples[index..<index + step].contains { abs(Int($0)) > 60 }
      if isLoud {
        if let last = beats.last, last > 0 {
          beats[beats.count - 1] += 5
        } else if let last = beats.last, last > -25, beats.count > 1 {
          beats.removeLast()
          beats[beats.count - 1] += 5 - last
        } else {
          beats.append(5)
        }
      } else if let last = beats.last {
        if last < 0 { beats[beats.count - 1] -= 5 } else { beats.append(-5) }
      }
      index += step
    }
    return Array(beats.dropLast())
  }

  /// True when `measured` begins with `expected`, to within what a sound card's periods and the rise of a tone take.
  static func begins(_ measured: [Int], _ expected: [Int]) -> Bool {
    measured.count >= expected.count && zip(measured, expected).allSatisfy { abs($0 - $1) <= 25 }
  }
}
