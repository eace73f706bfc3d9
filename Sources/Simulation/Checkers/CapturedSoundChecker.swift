public import Media
public import Phone
import SIPUserAgent
public import SansIO

/// No packet of captured sound leaves a phone before its user has acted.
///
/// Beside each stream of a phone runs a real media session that does what the phone orders, at a microphone that hears all the
/// time. What that session would send is looked at, so that not the order to open a microphone is watched but the sound itself.
public struct CapturedSoundChecker: Checker {
  private struct Place: Hashable, Sendable {
    var node: NodeID
    var stream: MediaStreamID
  }

  private struct Line: Sendable {
    let place: Place
    var session: MediaSession
  }

  /// What the microphone hears: a value that nothing else in a session makes for long.
  private static let captured: Int16 = 12_345

  private var lines: [Line] = []
  private var changed: [Place] = []
  private var random = RandomSource(seed: 5373)
  private var haveActed: Set<NodeID> = []
  private var wallTime = WallTime(secondsSince1970: 1_767_225_600)
  /// Packets that held captured sound, of phones whose users had not acted yet.
  public private(set) var packetsBefore = 0
  private var packetsAfter: [NodeID: Int] = [:]
  /// How often captured sound was held out to a running stream.
  public private(set) var offers = 0
  public private(set) var findings: [Finding] = []

  public init() {}

  /// Packets that held captured sound, since the user of that phone had acted.
  public func packetsAfterConsent(at node: NodeID) -> Int { packetsAfter[node] ?? 0 }

  public mutating func acted(_ command: PhoneCommand, at node: NodeID, _ now: Instant) {
    switch command {
    case .dial, .answer, .resume, .swap, .unmute, .talk, .followRedirection(_, true), .decideTransfer(_, true):
      haveActed.insert(node)
    case .answerMuted, .reject, .hangUp, .hold, .select, .mute, .sendDigits, .silenceRinger, .answerAutomatically, .doNotDisturb,
      .policy, .away, .locked, .register, .unregister, .followRedirection(_, false), .decideTransfer(_, false), .transfer,
      .transferToCall, .identify, .clearHistory, .status, .quit:
      break
    }
  }

  public mutating func ordered(_ order: MediaOrder, at node: NodeID, _ now: Instant) {
    switch order {
    case .run(let stream, let parameters, let source):
      let place = Place(node: node, stream: stream)
      if index(of: place) == nil {
        lines.append(
          Line(
            place: place,
            session: MediaSession(parameters: parameters, source: source, random: random.split(), cname: "checker")))
      }
      tell(place, .update(parameters), now)
      tell(place, .setSource(source), now)
      changed.append(place)
    case .microphone(let stream, let isOpen):
      let place = Place(node: node, stream: stream)
      tell(place, .setMicrophoneOpen(isOpen), now)
      changed.append(place)
    case .sendDigits(let stream, let digits): tell(Place(node: node, stream: stream), .sendDigits(digits), now)
    case .close(let stream): lines.removeAll { $0.place == Place(node: node, stream: stream) }
    case .open, .focus, .tone, .ring: break
    }
  }

  /// Each state that a stream comes into is held against a loud room, for as long as 60 ms.
  public mutating func settled(_ node: NodeID, _ now: Instant) {
    for place in changed {
      guard let index = index(of: place) else { continue }
      let sound = [Int16](repeating: Self.captured, count: lines[index].session.sampleRate / 50)
      for step in 0..<3 {
        offers += 1
        tell(place, .captured(sound), now + .milliseconds(20 * Int64(step)))
      }
    }
    changed.removeAll(keepingCapacity: true)
  }

  private func index(of place: Place) -> Int? { lines.firstIndex { $0.place == place } }

  private mutating func tell(_ place: Place, _ input: MediaInput, _ now: Instant) {
    guard let index = index(of: place) else { return }
    var outputs: [MediaOutput] = []
    lines[index].session.handle(input, now: Moment(instant: now, wallTime: wallTime), into: &outputs)
    for case .rtp(let datagram, _) in outputs where Self.holdsSound(datagram) {
      if haveActed.contains(place.node) {
        packetsAfter[place.node, default: 0] += 1
      } else {
        packetsBefore += 1
        findings.append(
          Finding(
            rule: "captured sound left", sentence: "Stream \(place.stream) sent what its microphone heard; nobody had acted.",
            at: now,
            node: place.node))
      }
    }
  }

  /// A constant stays one in every codec that there is; silence is one of these few values, and tones never rest for so long.
  private static func holdsSound(_ datagram: [UInt8]) -> Bool {
    guard let packet = RTPPacket(parsing: datagram), packet.payload.count >= 40 else { return false }
    var run = 0
    var last: UInt8?
    for byte in packet.payload {
      run = byte == last && ![0xFF, 0x7F, 0xD5, 0x55, 0x00].contains(byte) ? run + 1 : 0
      last = byte
      if run >= 8 { return true }
    }
    return false
  }

  public mutating func crashed(_ node: NodeID, _ now: Instant) {
    lines.removeAll { $0.place.node == node }
    changed.removeAll { $0.node == node }
  }
}
