import CPlatform
import SansIO
import Testing

@testable import PhoneSystem

@Suite("Sound devices, on the virtual card through the real ALSA", .serialized)
struct SoundDeviceTests {
  private let workshop: Workshop

  init() throws {
    workshop = try SoundLab.shared.get()
  }

  private static func ramp(_ count: Int, from start: Int) -> [Int16] {
    (0..<count).map { Int16(1 + (start + $0) % 30_000) }
  }

  /// Feeds a playback stream with a ramp and collects what a capture stream hears, until `enough` of it arrived.
  private func play(_ speaker: PlaybackStream, to microphone: CaptureStream, enough: Int, for time: Duration = .seconds(10))
    -> [Int16]
  {
    var sent = 0
    var heard: [Int16] = []
    let deadline = SystemClock().instant + time
    while heard.count < enough, SystemClock().instant < deadline {
      var descriptors = [pollfd(fd: microphone.state.moved.descriptor, events: Int16(POLLIN), revents: 0)]
      _ = unsafe cp_poll(&descriptors, 1, min(max(speaker.fillTime - cp_monotonic_time(), 0), 100_000_000))
      microphone.state.moved.drain()
      let missing = speaker.missing
      if missing > 0, speaker.fillTime <= cp_monotonic_time() {
        speaker.write(Self.ramp(missing, from: sent), at: cp_monotonic_time())
        sent += missing
      }
      heard += microphone.read().filter { $0 != 0 }
    }
    return heard
  }

  /// The longest run of samples that follow each other as they were sent.
  private static func longestRun(_ samples: [Int16]) -> Int {
    var (best, current) = (0, 0)
    for index in samples.indices.dropFirst() {
      let follows = samples[index] == samples[index - 1] + 1 || (samples[index] == 1 && samples[index - 1] == 30_000)
      current = follows ? current + 1 : 0
      best = max(best, current)
    }
    return best
  }

  @Test("What is played is heard, sample by sample, at each rate of telephony", arguments: [8000, 16_000, 48_000])
  func cable(rate: Int) throws {
    let reports = Arrivals<String?>()
    let speaker = try #require(PlaybackStream(device: "alice_speaker", rate: rate) { reports.post($0) })
    let microphone = try #require(CaptureStream(device: "bob_microphone", rate: rate) { reports.post($0) })
    let heard = play(speaker, to: microphone, enough: rate)
    #expect(speaker.rate == rate && microphone.rate == rate)
    #expect(Self.longestRun(heard) > rate / 2)
    #expect(reports.all == [nil, nil])
  }

  @Test("A card that knows only 48 kHz and stereo is used at its own rate")
  func stereo() throws {
    let speaker = try #require(PlaybackStream(device: "stereo_speaker", rate: 8000) { _ in })
    let microphone = try #require(CaptureStream(device: "stereo_microphone", rate: 8000) { _ in })
    let heard = play(speaker, to: microphone, enough: 24_000)
    #expect(speaker.rate == 48_000 && microphone.rate == 48_000)
    #expect(Self.longestRun(heard) > 12_000)
  }

  @Test("A card that is pulled out and put back is told as lost and found, and sound goes on")
  func lossAndReturn() throws {
    let reports = Arrivals<String?>()
    let speaker = try #require(PlaybackStream(device: "alice_speaker", rate: 8000) { reports.post($0) })
    let microphone = try #require(CaptureStream(device: "bob_microphone", rate: 8000) { _ in })
    #expect(play(speaker, to: microphone, enough: 800).count >= 800)
    try workshop.write([], to: "alice-unplugged")
    #expect(reports.contains { $0 == "the sound device alice_speaker is gone; it is tried again every second" })
    // Without a device the samples are taken all the same.
    let before = SystemClock().instant
    speaker.write(Self.ramp(80, from: 0), at: cp_monotonic_time())
    #expect(eventually { speaker.missing > 0 })
    #expect(SystemClock().instant - before < .seconds(2))
    try workshop.run("rm alice-unplugged")
    #expect(eventually { reports.all.filter { $0 == nil }.count == 2 })
    #expect(play(speaker, to: microphone, enough: 1600).count >= 1600)
    #expect(reports.all == [nil, "the sound device alice_speaker is gone; it is tried again every second", nil])
  }

  @Test("A device that does not exist is one sentence, and the samples go nowhere at the pace of the clock")
  func noDevice() throws {
    let reports = Arrivals<String?>()
    let speaker = try #require(PlaybackStream(device: "nowhere", rate: 8000) { reports.post($0) })
    let microphone = try #require(CaptureStream(device: "nowhere", rate: 8000) { _ in })
    let start = SystemClock().instant
    var silence = 0
    while silence < 2400, SystemClock().instant - start < .seconds(10) {
      if !eventually(within: .seconds(1), { microphone.read().count > 0 }) { break }
      silence += 80
    }
    let took = SystemClock().instant - start
    #expect(silence >= 2400 && took >= .milliseconds(250))
    #expect(speaker.missing > 0)
    #expect(reports.all == ["there is no sound device nowhere; see `aplay -L` and [audio] playback"])
  }

  @Test("A thread that comes too late makes the card run dry; it plays on")
  func underrun() throws {
    let device = try ALSADevice(name: "default", isPlayback: true, rate: 8000, periods: 3)
    let samples = [Int16](repeating: 5, count: device.period)
    let first = unsafe device.write(samples, frames: device.period)
    let second = unsafe device.write(samples, frames: device.period)
    #expect(first == device.period && second == first)
    var state = 0
    let ranDry = eventually {
      state = device.available()
      return state < 0
    }
    #expect(ranDry)
    let recovered = device.recover(from: state)
    #expect(recovered)
    let third = unsafe device.write(samples, frames: device.period)
    #expect(third == first)
  }
}
