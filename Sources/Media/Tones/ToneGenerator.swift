import SansIO

/// Renders a `ToneProgram`, in pieces of any size.
public struct ToneGenerator: Sendable {
  private let program: ToneProgram
  private let sampleRate: Int
  /// `Int.max` when the program is over.
  private var segment = 0
  private var position = 0
  private var length = 0
  /// Of each sine, in turns.
  private var phases: [Double] = []
  private var amplitude = 0.0
  private var startsSoftly = true
  private var endsSoftly = true

  /// `sampleRate` in hertz, 1000 or more.
  public init(_ program: ToneProgram, sampleRate: Int) {
    self.program = program
    self.sampleRate = max(sampleRate, 1000)
    enterSegment(0, after: nil)
  }

  /// True when the program has come to its end: only silence follows.
  public var isFinished: Bool { segment >= program.segments.count }

  /// The next `frames` samples.
  public mutating func render(frames: Int) -> [Int16] {
    var samples: [Int16] = []
    samples.reserveCapacity(max(frames, 0))
    render(frames: frames, into: &samples)
    return samples
  }

  /// Appends the next `frames` samples.
  public mutating func render(frames: Int, into samples: inout [Int16]) {
    var left = max(frames, 0)
    while left > 0 {
      guard !isFinished else {
        for _ in 0..<left { samples.append(0) }
        return
      }
      let count = min(left, length - position)
      renderSegment(count, into: &samples)
      left -= count
      if position >= length { enterSegment(segment + 1, after: segment) }
    }
  }

  private mutating func renderSegment(_ count: Int, into samples: inout [Int16]) {
    guard !phases.isEmpty else {
      for _ in 0..<count { samples.append(0) }
      position += count
      return
    }
    let frequencies = program.segments[segment].frequencies
    // Four milliseconds of rise and fall: a tone that is cut is heard as a click.
    let ramp = max(sampleRate / 250, 1)
    for _ in 0..<count {
      var value = 0.0
      for index in phases.indices {
        value += Arithmetic.sine(turns: phases[index])
        let phase = phases[index] + frequencies[index] / Double(sampleRate)
        phases[index] = phase - phase.rounded(.down)
      }
      var gain = amplitude
      if startsSoftly, position < ramp { gain *= Double(position) / Double(ramp) }
      if endsSoftly, length - position < ramp { gain *= Double(length - position) / Double(ramp) }
      samples.append(Int16(min(max((value * gain).rounded(), -32_768), 32_767)))
      position += 1
    }
  }

  /// Goes to `wanted`, or past what takes no time, or round to where the program repeats.
  private mutating func enterSegment(_ wanted: Int, after previous: Int?) {
    segment = wanted
    // Each segment is looked at once at most: a program that takes no time is over.
    for _ in 0...program.segments.count {
      if segment >= program.segments.count {
        guard let start = program.repeatsFrom, program.segments.indices.contains(start) else { break }
        segment = start
      }
      length = samples(of: program.segments[segment])
      if length > 0 {
        begin(after: previous)
        return
      }
      segment += 1
    }
    segment = Int.max
  }

  private mutating func begin(after previous: Int?) {
    let current = program.segments[segment]
    position = 0
    amplitude = 32_767 * Arithmetic.amplitude(decibels: min(current.level, 0))
    let continues = previous.map { program.segments[$0].frequencies == current.frequencies } ?? false
    startsSoftly = !continues
    if !continues {
      phases.removeAll(keepingCapacity: true)
      for _ in current.frequencies.prefix(8) { phases.append(0) }
    }
    let next = segment + 1 < program.segments.count ? segment + 1 : program.repeatsFrom
    endsSoftly =
      next.map { !program.segments.indices.contains($0) || program.segments[$0].frequencies != current.frequencies } ?? true
  }

  private func samples(of segment: ToneProgram.Segment) -> Int {
    let microseconds = min(max(segment.duration.wholeNanoseconds / 1000, 0), 3_600_000_000)
    return Int(microseconds * Int64(sampleRate) / 1_000_000)
  }
}
