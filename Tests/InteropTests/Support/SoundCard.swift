import Foundation

/// A virtual sound card for the programs of one test: what each of them hears is a tone of its own, what it plays is written down.
final class SoundCard {
  private let workplace: Workplace
  /// What programs that are to use it need in their environment.
  var environment: [String: String] { ["ALSA_CONFIG_PATH": workplace.path("asoundrc")] }

  /// - Parameter microphones: card names and the tones, in hertz, that are heard at them.
  init(_ workplace: Workplace, microphones: [(name: String, hertz: Double)]) throws {
    self.workplace = workplace
    let source = Workplace.root.appendingPathComponent("Tests/Support/VirtualSoundCard/virtual_sound_card.c").path
    let library = workplace.path("libasound_module_pcm_virtual.so")
    let (code, transcript) = try Workplace.run("gcc", ["-O2", "-fPIC", "-shared", "-o", library, source, "-lasound"])
    guard code == 0 else { throw PeerProblem(name: "the virtual sound card", transcript: transcript) }
    var configuration = "</usr/share/alsa/alsa.conf>\npcm_type.virtual { lib \"\(library)\" }\n"
    for (name, hertz) in microphones {
      configuration += "pcm.!\(name) { type virtual capture \"\(workplace.path(name))\" record \"\(workplace.path(name))\" }\n"
      for rate in [8000, 16_000, 48_000] {
        // One second holds a whole number of waves, so it repeats without a click.
        let samples = SoundFile.tone(hertz: hertz, seconds: 1, rate: rate)
        let bytes = unsafe samples.withUnsafeBytes { unsafe Data($0) }
        try bytes.write(to: workplace.folder.appendingPathComponent("\(name).\(rate).s16"))
      }
    }
    try workplace.write(configuration, to: "asoundrc")
  }

  /// What was played on a card so far, at the rate of the first piece.
  func heard(on name: String) -> (samples: [Int16], rate: Int) {
    let recording = recording(of: name)
    return (recording.samples, recording.rate)
  }

  /// The same, and how often the card ran dry meanwhile because its program was not given the processor in time.
  func recording(of name: String) -> (samples: [Int16], rate: Int, underruns: Int) {
    var samples: [Int16] = []
    var underruns = 0
    var rate = 8000
    let files = (try? FileManager.default.contentsOfDirectory(atPath: workplace.folder.path)) ?? []
    for file in files.sorted() where file.hasPrefix("\(name)-") && file.hasSuffix(".pcm") {
      let bytes = [UInt8](FileManager.default.contents(atPath: workplace.path(file)) ?? Data())
      func number(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }
      var at = 0
      // A record: 8 bytes of time, then rate, channels, frames and flags of 4 bytes each, then the frames.
      while at + 24 <= bytes.count {
        let channels = max(1, number(at + 12))
        let end = at + 24 + 2 * number(at + 16) * channels
        underruns += number(at + 20) & 1
        guard end <= bytes.count else { break }
        rate = number(at + 8)
        for offset in stride(from: at + 24, to: end, by: 2 * channels) {
          samples.append(Int16(bitPattern: UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8))
        }
        at = end
      }
    }
    return (samples, rate, underruns)
  }

  /// Waits until this tone is what is heard on a card; false after the timeout.
  func hears(_ hertz: Double, on name: String, within timeout: TimeInterval = 10) -> Bool {
    let end = Date(timeIntervalSinceNow: timeout)
    while Date() < end {
      let (samples, rate) = heard(on: name)
      if SoundFile.share(of: hertz, in: samples, rate: rate) > 0.8 { return true }
      Thread.sleep(forTimeInterval: 0.2)
    }
    return false
  }
}
