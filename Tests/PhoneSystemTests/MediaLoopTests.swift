import Media
import PhoneSystem
import SansIO
import Testing

@Suite("The media loop: voice from a microphone to a loudspeaker", .serialized)
struct MediaLoopTests {
  private let workshop: Workshop
  private static let pcmu = AudioFormat(.pcmu, payloadType: 0)

  init() throws {
    workshop = try SoundLab.shared.get()
  }

  private final class Side: Sendable {
    let events = Arrivals<MediaEvent>()
    let loop: MediaLoop

    init(speaker: String?, microphone: String?, ports: ClosedRange<UInt16>) {
      loop = MediaLoop(
        settings: MediaLoopSettings(
          playbackDevice: speaker, captureDevice: microphone, ringDevice: nil, rtpPorts: ports, random: SystemRandom.source())
      ) { [events] in events.post($0) }
    }

    func open(_ id: MediaStreamID) -> MediaEndpoint? {
      loop.post(.open(id, peer: "127.0.0.1"))
      return events.first { if case .opened(id, let endpoint) = $0 { endpoint } else { nil } }
    }

    func statistics(_ id: MediaStreamID, within time: Duration = .seconds(10), _ match: (MediaStatistics) -> Bool)
      -> MediaStatistics?
    {
      events.first(within: time) { if case .statistics(id, let statistics) = $0, match(statistics) { statistics } else { nil } }
    }
  }

  private func parameters(to endpoint: MediaEndpoint) -> MediaParameters {
    MediaParameters(
      remoteRTP: SocketAddress(endpoint.address, port: endpoint.rtpPort), codec: Self.pcmu, telephoneEventPayloadType: 101)
  }

  @Test("Mouth to ear over loopback stays under 120 ms, and nothing is sent before the microphone is open")
  func mouthToEar() throws {
    for rate in [8000, 16_000, 48_000] { try SoundLab.writeClicks(rate: rate, in: workshop) }
    let alice = Side(speaker: nil, microphone: "speech_microphone", ports: 31_000...31_010)
    let bob = Side(speaker: "bob_speaker", microphone: nil, ports: 31_011...31_020)
    defer { [alice, bob].forEach { $0.loop.stop() } }
    let id = MediaStreamID(1)
    let (aliceEnd, bobEnd) = (try #require(alice.open(id)), try #require(bob.open(id)))
    #expect(aliceEnd.address == .loopbackV4 && aliceEnd.rtpPort % 2 == 0 && aliceEnd.rtcpPort == aliceEnd.rtpPort + 1)
    alice.loop.post(.run(id, parameters(to: bobEnd), .microphone))
    bob.loop.post(.run(id, parameters(to: aliceEnd), .microphone))
    bob.loop.post(.focus(id))
    alice.loop.post(.focus(id))
    _ = try #require(bob.statistics(id) { $0.packetsReceived >= 60 })
    #expect(SoundLab.clickDelays(SoundLab.pieces("bob", in: workshop)).isEmpty)
    alice.loop.post(.microphone(id, isOpen: true))
    #expect(eventually(within: .seconds(12)) { SoundLab.clickDelays(SoundLab.pieces("bob", in: workshop)).count >= 5 })
    let delays = SoundLab.clickDelays(SoundLab.pieces("bob", in: workshop)).sorted()
    let median = try #require(delays.dropFirst(delays.count / 2).first)
    print("mouth to ear: median \(median) ms of \(delays.count): \(delays)")
    #expect(median < 120)
    alice.loop.post(.sendDigits(id, "5#"))
    #expect(bob.events.contains { if case .digit(id, "#") = $0 { true } else { false } })
    #expect(bob.events.all.contains { if case .digit(id, "5") = $0 { true } else { false } })
    alice.loop.post(.microphone(id, isOpen: false))
    alice.loop.post(.close(id))
  }

  @Test("An echo robot without devices sends back what it hears")
  func echo() throws {
    let caller = Side(speaker: nil, microphone: nil, ports: 31_021...31_030)
    let robot = Side(speaker: nil, microphone: nil, ports: 31_031...31_040)
    defer { [caller, robot].forEach { $0.loop.stop() } }
    let id = MediaStreamID(7)
    let (callerEnd, robotEnd) = (try #require(caller.open(id)), try #require(robot.open(id)))
    robot.loop.post(.run(id, parameters(to: callerEnd), .echo))
    let tone = ToneProgram([.init([440], for: .seconds(60))])
    caller.loop.post(.run(id, parameters(to: robotEnd), .tones(tone)))
    let received = try #require(caller.statistics(id) { $0.packetsReceived > 40 })
    #expect(received.packetsLost == 0)
  }

  @Test("Ports are given back at the end of a stream, and a full range is a sentence")
  func ports() throws {
    let side = Side(speaker: nil, microphone: nil, ports: 31_041...31_045)
    defer { side.loop.stop() }
    let first = try #require(side.open(MediaStreamID(1)))
    let second = try #require(side.open(MediaStreamID(2)))
    #expect(Set([first.rtpPort, second.rtpPort]) == [31_042, 31_044])
    side.loop.post(.open(MediaStreamID(3), peer: "127.0.0.1"))
    let reason = side.events.first { if case .openFailed(MediaStreamID(3), let reason) = $0 { reason } else { nil } }
    #expect(reason == "all ports from 31041 to 31045 are taken; widen [network] rtp_ports")
    side.loop.post(.close(MediaStreamID(2)))
    #expect(side.open(MediaStreamID(4))?.rtpPort == second.rtpPort)
  }

  @Test("A ringing tone is heard on the loudspeaker until it ends, and the device is let go")
  func tone() throws {
    let side = Side(speaker: "carol_speaker", microphone: nil, ports: 31_046...31_050)
    defer { side.loop.stop() }
    let before = SoundLab.pieces("carol", in: workshop).count
    side.loop.post(.tone(ToneProgram([.init([425], for: .seconds(60))])))
    #expect(eventually { SoundLab.pieces("carol", in: workshop).dropFirst(before).contains { $0.samples.contains { $0 > 3000 } } })
    #expect(side.events.contains { if case .device(.playback, nil) = $0 { true } else { false } })
    let closed = workshop.names().filter { $0.hasPrefix("carol-") && $0.hasSuffix(".playback") }.count
    side.loop.post(.tone(nil))
    #expect(eventually { workshop.names().filter { $0.hasPrefix("carol-") && $0.hasSuffix(".playback") }.count == closed + 1 })
  }
}
