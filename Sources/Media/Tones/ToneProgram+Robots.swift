public import SansIO

extension ToneProgram {
  /// A clock that speaks in tones: a pip on every second, two on every tenth, a long one on the minute. Starts where `time` is in
  /// its minute.
  public static func speakingClock(at time: WallTime) -> ToneProgram {
    let nanoseconds = time.nanosecondsSince1970
    let intoSecond = ((nanoseconds % 1_000_000_000) + 1_000_000_000) % 1_000_000_000
    let second = Int((((nanoseconds - intoSecond) / 1_000_000_000) % 60 + 60) % 60)
    var segments: [Segment] = [.pause(.nanoseconds(1_000_000_000 - intoSecond))]
    for step in 1...60 {
      switch (second + step) % 60 {
      case 0:
        segments.append(Segment([1000], for: .milliseconds(600)))
        segments.append(.pause(.milliseconds(400)))
      case let tenth where tenth % 10 == 0:
        segments.append(Segment([1000], for: .milliseconds(100)))
        segments.append(.pause(.milliseconds(100)))
        segments.append(Segment([1000], for: .milliseconds(100)))
        segments.append(.pause(.milliseconds(700)))
      default:
        segments.append(Segment([800], for: .milliseconds(80)))
        segments.append(.pause(.milliseconds(920)))
      }
    }
    return ToneProgram(segments, repeatsFrom: 1)
  }

  /// Music on hold: broken chords in a slow turn, written for this phone.
  public static var musicOnHold: ToneProgram {
    let chords: [[Double]] = [
      [261.63, 329.63, 392.00, 493.88], [220.00, 261.63, 329.63, 392.00],
      [174.61, 261.63, 349.23, 440.00], [196.00, 293.66, 392.00, 587.33],
    ]
    let order = [0, 2, 1, 3, 2, 1, 3, 2]
    var segments: [Segment] = []
    for chord in chords {
      for (position, note) in order.enumerated() {
        let isDownbeat = position % 4 == 0
        let frequencies = isDownbeat ? [chord[0] / 2, chord[note]] : [chord[note]]
        segments.append(Segment(frequencies, level: isDownbeat ? -20 : -18, for: .milliseconds(280)))
      }
    }
    return ToneProgram(segments, repeatsFrom: 0)
  }
}
