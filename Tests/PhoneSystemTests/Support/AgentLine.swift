import PhoneSystem
import SIPUserAgent
import SansIO

/// A user agent behind real sockets, and what it tells its application, which never answers.
final class AgentLine: Sendable {
  let events = Arrivals<UserAgentEvent>()
  private let listening = Arrivals<(TransportProtocol, SocketAddress)>()
  private let thread = SignallingThread()
  private let loop: SignallingLoop<UserAgent>

  init() {
    var configuration = UserAgentConfiguration()
    // One source sends everything here, faster than a stranger may.
    configuration.sourceLimit = nil
    var agent = UserAgent(configuration: configuration, extensions: [], random: RandomSource(seed: 4475))
    agent.isTracing = false
    loop = SignallingLoop(
      machine: agent,
      border: MachineBorder(
        event: { [listening] event in
          if case .listening(_, let transport, let address, _) = event { listening.post((transport, address)) }
          return .network(event)
        }, wakeUp: { .wakeUp }, order: { if case .network(let order) = $0 { order } else { nil } }),
      on: thread,
      output: { [events] output in if case .event(let event) = output { events.post(event) } })
  }

  /// Listens on a free port of the loopback and returns it.
  func opened(_ transport: TransportProtocol) -> SocketAddress? {
    loop.listen([ListenAddress(transport, SocketAddress(.loopbackV4, port: 0))])
    return listening.first { $0.0 == transport ? $0.1 : nil }
  }

  func stop() {
    let done = Arrivals<Bool>()
    loop.stop { done.post(true) }
    _ = done.first { $0 }
    thread.shutDown()
  }
}
