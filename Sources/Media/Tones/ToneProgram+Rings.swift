extension ToneProgram {
  /// A ring for the ring device. It goes on until it is stopped, `short` excepted.
  public static func ring(_ pattern: RingPattern) -> ToneProgram {
    switch pattern {
    case .standard: warble([440, 480], times: 20, pause: 3000)
    case .external: warble([523.25, 659.25], times: 16, pause: 2600)
    case .internal: warble([587.33, 739.99], times: 6, pause: 400, thenPause: 2600)
    case .friend: melody([(659.25, 160), (783.99, 160), (987.77, 320)], pause: 2400)
    case .family: melody([(523.25, 160), (659.25, 160), (783.99, 160), (1046.5, 320)], pause: 2200)
    case .important: warble([880, 1174.66], times: 24, pause: 500, level: -9)
    case .gentle: melody([(392, 400), (329.63, 500)], pause: 4000, level: -22)
    case .short: ToneProgram([Segment([659.25, 830.61], level: -15, for: .milliseconds(250)), .pause(.milliseconds(50))])
    }
  }

  /// Two tones in quick turns, as electronic telephones have rung for decades.
  private static func warble(
    _ tones: [Double], times: Int, pause: Int, thenPause: Int? = nil, level: Double = -12
  ) -> ToneProgram {
    let burst = (0..<times).map { Segment([tones[$0 % tones.count]], level: level, for: .milliseconds(50)) }
    var segments = burst + [.pause(.milliseconds(pause))]
    if let thenPause { segments += burst + [.pause(.milliseconds(thenPause))] }
    return ToneProgram(segments, repeatsFrom: 0)
  }

  private static func melody(_ notes: [(Double, Int)], pause: Int, level: Double = -14) -> ToneProgram {
    let tune = notes.map { Segment([$0.0, $0.0 * 2], level: level, for: .milliseconds($0.1)) }
    return ToneProgram(tune + tune + [.pause(.milliseconds(pause))], repeatsFrom: 0)
  }
}
