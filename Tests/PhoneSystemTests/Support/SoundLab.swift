import CPlatform
import Glibc

/// The virtual sound card, compiled, and a folder for what it hears and plays. One for the whole process: ALSA finds its
/// configuration through the environment.
enum SoundLab {
  static let shared: Result<Workshop, any Error> = Result {
    let workshop = try Workshop()
    let source = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let card = "/\(source)/Support/VirtualSoundCard"
    try workshop.run(
      "gcc -O2 -fPIC -shared -o libasound_module_pcm_virtual.so '\(card)/virtual_sound_card.c' -lasound"
        + " && sed 's#@DIR@#\(workshop.path)#g' '\(card)/asoundrc.template' > asoundrc")
    unsafe setenv("ALSA_CONFIG_PATH", workshop.file("asoundrc"), 1)
    return workshop
  }

  /// A piece of a playback record: what was heard from when on.
  struct Piece {
    var nanoseconds: Int64
    var rate: Int
    var channels: Int
    var isUnderrun: Bool
    var samples: [Int16]
  }

  /// All records of a card, in the order of time.
  static func pieces(_ card: String, in workshop: Workshop) -> [Piece] {
    var pieces: [Piece] = []
    for name in workshop.names() where name.hasPrefix(card + "-") && name.hasSuffix(".pcm") {
      let bytes = workshop.read(name)
      func number(_ offset: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
      }
      var at = 0
      while at + 24 <= bytes.count {
        let frames = number(at + 16, 4)
        let channels = number(at + 12, 4)
        let end = at + 24 + 2 * frames * channels
        guard end <= bytes.count else { break }
        let samples = stride(from: at + 24, to: end, by: 2).map {
          Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
        pieces.append(
          Piece(
            nanoseconds: Int64(number(at, 8)), rate: number(at + 8, 4), channels: channels, isUnderrun: number(at + 20, 4) & 1 != 0,
            samples: samples))
        at = end
      }
    }
    return pieces.sorted { $0.nanoseconds < $1.nanoseconds }
  }

  /// Writes what `speech_microphone` hears: a click in each second, at the whole second of the monotonic clock.
  static func writeClicks(rate: Int, in workshop: Workshop) throws {
    var bytes = [UInt8](repeating: 0, count: 2 * rate)
    for index in 0..<(rate / 100) {
      // A burst of 1 kHz, 10 ms long: it passes a codec and a resampler, a single sample would not.
      let phase = 2 * Double.pi * 1000 * Double(index) / Double(rate)
      let value = UInt16(bitPattern: Int16(16_000 * sin(phase)))
      bytes[2 * index] = UInt8(value & 255)
      bytes[2 * index + 1] = UInt8(value >> 8)
    }
    try workshop.write(bytes, to: "speech.\(rate).s16")
  }

  /// When clicks were heard, as delays after the whole second, in milliseconds.
  static func clickDelays(_ pieces: [Piece]) -> [Double] {
    var delays: [Double] = []
    var lastSecond: Int64 = -1
    for piece in pieces {
      for (index, sample) in piece.samples.enumerated() where abs(Int(sample)) > 4000 {
        let at = piece.nanoseconds + Int64(index / piece.channels) * 1_000_000_000 / Int64(piece.rate)
        if at / 1_000_000_000 != lastSecond {
          lastSecond = at / 1_000_000_000
          delays.append(Double(at % 1_000_000_000) / 1_000_000)
        }
      }
    }
    return delays
  }
}
