public import Media
public import SansIO

/// The media loop of every host of a simulation: sockets that are bound at once, and a record of what was ordered. No packet
/// travels; the media sessions have tests of their own.
public struct SimulatedAudio: Sendable {
  /// One order of a host.
  public struct Entry: Sendable {
    public var at: Instant
    public var node: NodeID
    public var order: MediaOrder
  }

  /// What a stream is doing.
  public struct Stream: Sendable {
    public var node: NodeID
    public var endpoint: MediaEndpoint
    /// nil before the first `run`.
    public var parameters: MediaParameters?
    public var source: AudioSource?
    public var isMicrophoneOpen = false
  }

  public private(set) var entries: [Entry] = []
  public var isRecording = true
  private var streams: [Key: Stream] = [:]
  private var nextPort: UInt16 = 20_000

  private struct Key: Hashable, Sendable {
    var node: NodeID
    var stream: MediaStreamID
  }

  init() {}

  /// Carries out an order; what the host hears of it at once is returned.
  mutating func perform(_ order: MediaOrder, by node: NodeID, at address: IPAddress, now: Instant) -> MediaEvent? {
    if isRecording { entries.append(Entry(at: now, node: node, order: order)) }
    switch order {
    case .open(let stream, _):
      let endpoint = MediaEndpoint(address: address, rtpPort: nextPort)
      nextPort = nextPort > 60_000 ? 20_000 : nextPort + 2
      streams[Key(node: node, stream: stream)] = Stream(node: node, endpoint: endpoint)
      return .opened(stream, endpoint)
    case .run(let stream, let parameters, let source):
      streams[Key(node: node, stream: stream)]?.parameters = parameters
      streams[Key(node: node, stream: stream)]?.source = source
    case .microphone(let stream, let isOpen):
      streams[Key(node: node, stream: stream)]?.isMicrophoneOpen = isOpen
    case .close(let stream):
      streams[Key(node: node, stream: stream)] = nil
    case .sendDigits, .focus, .tone, .ring: break
    }
    return nil
  }

  /// The streams that a host has, oldest port first.
  public func streams(of node: NodeID) -> [Stream] {
    streams.filter { $0.key.node == node }.map(\.value).sorted { $0.endpoint.rtpPort < $1.endpoint.rtpPort }
  }

  public var streamCount: Int { streams.count }

  /// The host's machine is gone, and its sockets with it.
  mutating func closeAll(of node: NodeID) {
    for key in streams.keys where key.node == node { streams[key] = nil }
  }
}
