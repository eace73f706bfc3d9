import Foundation

/// Mono 16-bit WAV files and tones, for ears that are programs.
enum SoundFile {
  static func tone(hertz: Double, seconds: Double, rate: Int) -> [Int16] {
    (0..<Int(seconds * Double(rate))).map { Int16(8000 * sin(2 * .pi * hertz * Double($0) / Double(rate))) }
  }

  static func write(_ samples: [Int16], rate: Int, to path: String) throws {
    var data = Data()
    func append<N: FixedWidthInteger>(_ number: N) {
      unsafe withUnsafeBytes(of: number.littleEndian) { unsafe data.append(contentsOf: $0) }
    }
    let size = UInt32(samples.count * 2)
    data.append(contentsOf: "RIFF".utf8)
    append(36 + size)
    data.append(contentsOf: "WAVEfmt ".utf8)
    append(UInt32(16))
    append(UInt16(1))
    append(UInt16(1))
    append(UInt32(rate))
    append(UInt32(rate * 2))
    append(UInt16(2))
    append(UInt16(16))
    data.append(contentsOf: "data".utf8)
    append(size)
    for sample in samples { append(sample) }
    try data.write(to: URL(fileURLWithPath: path))
  }

  /// The samples after a WAV header, whatever the header's sizes claim: a peer that was killed did not mend them.
  static func read(_ path: String) -> [Int16] {
    guard let data = FileManager.default.contents(atPath: path), data.count > 44 else { return [] }
    let bytes = Array(data.dropFirst(44))
    return stride(from: 0, to: bytes.count - 1, by: 2).map { Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8) }
  }

  /// The share of the loudest second's energy that lies at `hertz`: 1 for a pure tone, near 0 for anything else (Goertzel).
  static func share(of hertz: Double, in samples: [Int16], rate: Int) -> Double {
    var best = 0.0
    var start = 0
    while start + rate <= samples.count {
      let second = samples[start..<start + rate].map(Double.init)
      let energy = second.reduce(0) { $0 + $1 * $1 }
      if energy > 1e9 {
        let coefficient = 2 * cos(2 * .pi * hertz / Double(rate))
        var (before, last) = (0.0, 0.0)
        for sample in second { (before, last) = (last, sample + coefficient * last - before) }
        let power = before * before + last * last - coefficient * before * last
        best = max(best, 2 * power / (energy * Double(rate)))
      }
      start += rate / 4
    }
    return best
  }
}
