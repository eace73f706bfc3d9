import Cryptography
import Exchange
import Locking
import Media
import PhoneSystem
import SIPMessages
import SIPUserAgent
import SansIO

/// The exchange inside the program: a registrar with robots and two outbound edge proxies in front of it, on loopback sockets.
final class DemoExchange: Sendable {
  static let domain = "offhook.demo"
  static let user = ExchangeUser(name: "you", password: "demo", aliases: ["100"])

  private let loops: [SignallingLoop<Exchange>]
  private let media: MediaLoop
  /// Where the two edge proxies listen, once they do.
  let edges: [SocketAddress]

  /// nil when loopback sockets could not be had; the sentence has been said then.
  init?(on thread: SignallingThread) {
    let home = LateBound<SignallingLoop<Exchange>>()
    let media = MediaLoop(
      settings: MediaLoopSettings(
        playbackDevice: nil, captureDevice: nil, ringDevice: nil, rtpPorts: 24_000...24_199, fixedAddress: .loopbackV4)
    ) { event in home.value?.post(.media(event)) }
    self.media = media
    let board = Board()
    var configuration = ExchangeConfiguration(role: .home, domain: Self.domain, users: [Self.user])
    configuration.tellsConnected = true
    let homeLoop = Self.run(configuration, on: thread, board: board, media: media)
    home.set(homeLoop)
    guard let address = board.next() else {
      StandardError.say("the demo's exchange found no free port on 127.0.0.1")
      return nil
    }
    var loops = [homeLoop]
    var edges: [SocketAddress] = []
    let homeURI = SIPURI(host: .address(address.address), port: address.port)
    for _ in 0..<2 {
      loops.append(
        Self.run(
          ExchangeConfiguration(role: .edge(home: homeURI), domain: Self.domain, hasRobots: false), on: thread, board: board,
          media: nil))
      guard let edge = board.next() else {
        StandardError.say("the demo's edge proxy found no free port on 127.0.0.1")
        return nil
      }
      edges.append(edge)
    }
    self.loops = loops
    self.edges = edges
  }

  func close() {
    for loop in loops {
      let done = Gate()
      loop.stop { done.open() }
      done.wait(for: .seconds(2))
    }
    media.stop()
  }

  /// Collects the addresses at which machines listen, in the order in which they are started.
  private final class Board: Sendable {
    private let addresses = Lock<[SocketAddress]>([])
    private let news = Gate()

    func post(_ address: SocketAddress) {
      addresses.withLock { $0.append(address) }
      news.open()
    }

    func next() -> SocketAddress? {
      guard news.wait(for: .seconds(5)) else { return nil }
      return addresses.withLock { $0.removeFirst() }
    }
  }

  private static func run(
    _ configuration: ExchangeConfiguration, on thread: SignallingThread, board: Board, media: MediaLoop?
  ) -> SignallingLoop<Exchange> {
    let loop = SignallingLoop(
      machine: Exchange(
        configuration: configuration, digests: OpenSSLDigests(), signatures: OpenSSLSignatures(), random: SystemRandom.source()),
      border: MachineBorder(
        event: { event in
          if case .listening(_, .udp, let address, _) = event { board.post(address) }
          return .network(event)
        }, wakeUp: { .wakeUp }, order: { if case .network(let order) = $0 { order } else { nil } }),
      on: thread,
      output: { output in if case .media(let order) = output { media?.post(order) } })
    loop.listen([ListenAddress(.udp, SocketAddress(.loopbackV4, port: 0))])
    return loop
  }
}
