import SansIO

/// Programs made of other programs.
extension ToneProgram {
  /// All tones louder by so many decibels, or softer when it is negative; none gets louder than -7 dBFS by it.
  public func louder(by decibels: Double) -> ToneProgram {
    guard decibels != 0 else { return self }
    var program = self
    for index in program.segments.indices where !segments[index].frequencies.isEmpty {
      let level = segments[index].level
      program.segments[index].level = decibels > 0 ? max(level, min(level + decibels, -7)) : level + decibels
    }
    return program
  }

  /// All pauses that long in comparison: 0.5 halves them.
  public func with(pauses share: Double) -> ToneProgram {
    guard share != 1 else { return self }
    var program = self
    for index in program.segments.indices where segments[index].frequencies.isEmpty {
      let milliseconds = Double(segments[index].duration.wholeMilliseconds) * min(max(share, 0), 100)
      program.segments[index].duration = .milliseconds(Int64(milliseconds.rounded()))
    }
    return program
  }

  /// One round, and no more.
  public var once: ToneProgram { ToneProgram(segments) }

  /// What sounds before the last pause, twice in a row.
  public var lengthened: ToneProgram {
    let end = segments.lastIndex { !$0.frequencies.isEmpty }.map { $0 + 1 } ?? 0
    let start = repeatsFrom ?? 0
    guard start < end else { return self }
    return ToneProgram(Array(segments[..<end]) + Array(segments[start..<end]) + Array(segments[end...]), repeatsFrom: repeatsFrom)
  }

  /// `prelude` once, then this.
  public func after(_ prelude: ToneProgram) -> ToneProgram {
    ToneProgram(prelude.segments + segments, repeatsFrom: repeatsFrom.map { $0 + prelude.segments.count })
  }

  /// The first rounds softer, by so many decibels each, then as it is.
  public func rising(by decibels: [Double]) -> ToneProgram {
    guard let start = repeatsFrom, segments.indices.contains(start) else { return self }
    var rounds = Array(segments[..<start])
    let round = ToneProgram(Array(segments[start...]))
    for step in decibels { rounds += round.louder(by: step).segments }
    return ToneProgram(rounds + round.segments, repeatsFrom: rounds.count)
  }

  /// These sounds in the cadence of `other`: its pauses stay pauses, and while it sounds, this one's tones are heard in their
  /// order.
  public func fitted(to other: ToneProgram) -> ToneProgram {
    let tones = segments.filter { !$0.frequencies.isEmpty && $0.duration > .zero }
    guard !tones.isEmpty else { return self }
    var fitted: [Segment] = []
    for segment in other.segments {
      guard !segment.frequencies.isEmpty else {
        fitted.append(segment)
        continue
      }
      var left = segment.duration
      // Each beat begins the tune anew; a bound, for tones that are shorter than any ear.
      var next = 0
      while left > .zero, next < 1000 {
        var tone = tones[next % tones.count]
        tone.duration = min(tone.duration, left)
        left -= tone.duration
        fitted.append(tone)
        next += 1
      }
    }
    return ToneProgram(fitted, repeatsFrom: other.repeatsFrom == nil ? nil : 0)
  }
}
