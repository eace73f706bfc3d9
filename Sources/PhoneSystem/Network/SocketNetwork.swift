import NIOCore
import NIOPosix
import SIPUserAgent
import SansIO

/// The real network of one signalling loop: carries out `NetworkOrder`s with sockets and reports `NetworkEvent`s.
///
/// Confined to the event loop's thread.
final class SocketNetwork {
  let eventLoop: any EventLoop
  let limits: NetworkLimits
  let contexts: TLSContexts
  private let resolver: Resolver
  private let report: (NetworkEvent) -> Void
  private var datagramSockets: [ListenerID: DatagramSocket] = [:]
  private var listeningChannels: [ListenerID: any Channel] = [:]
  private var flows: [FlowID: StreamConnection] = [:]
  /// Sockets that are bound to all addresses, and what was told of them last.
  private var wildcards: [ListenerID: (transport: TransportProtocol, bound: SansIO.SocketAddress, told: Reach)] = [:]
  private var acceptedFrom: [SansIO.IPAddress: Int] = [:]
  private var acceptedCount = 0
  private var lastListener: UInt64 = 0
  private var lastAcceptedFlow: UInt64 = 1
  private var isClosed = false

  init(
    eventLoop: any EventLoop, tls: TLSSettings, resolver: Resolver, limits: NetworkLimits, report: @escaping (NetworkEvent) -> Void
  ) {
    self.eventLoop = eventLoop
    self.limits = limits
    self.resolver = resolver
    self.report = report
    contexts = TLSContexts(settings: tls)
  }

  func deliver(_ event: NetworkEvent) {
    if !isClosed { report(event) }
  }

  // MARK: Orders

  func carryOut(_ order: NetworkOrder) {
    switch order {
    case .datagram(let bytes, let destination, let listener):
      guard let socket = datagramSockets[listener] else { return deliver(.datagramFailed(to: destination, from: listener)) }
      socket.send(bytes, to: destination)
    case .open(let flow, let target):
      guard flows[flow] == nil else { return }
      let connection = StreamConnection(flow, transport: target.transport, network: self)
      flows[flow] = connection
      connection.open(target)
    case .bytes(let bytes, let flow):
      flows[flow]?.send(bytes)
    case .close(let flow):
      guard let connection = flows[flow] else { return }
      forget(connection)
      connection.closeWhenWritten()
    case .resolve(let lookup, let question):
      let network = NIOLoopBound(self, eventLoop: eventLoop)
      resolver.resolve(question) { [eventLoop] result in
        eventLoop.execute { network.value.deliver(.resolved(lookup, result)) }
      }
    }
  }

  // MARK: Local sockets

  func listen(_ addresses: [ListenAddress]) {
    var ports: [SansIO.SocketAddress: UInt16] = [:]
    for var wanted in addresses {
      if wanted.mayMove {
        let port = ports[wanted.address] ?? FreePort.nearest(to: wanted.address)
        ports[wanted.address] = port
        wanted.address.port = port
      }
      lastListener += 1
      let listener = ListenerID(lastListener)
      if wanted.transport.isReliable {
        listenForStreams(listener, wanted)
      } else {
        bindDatagrams(listener, wanted)
      }
    }
  }

  private func bindDatagrams(_ listener: ListenerID, _ wanted: ListenAddress) {
    do throws(SystemError) {
      let socket = try DatagramSocket(listener, address: wanted.address, network: self)
      datagramSockets[listener] = socket
      tell(listener, wanted.transport, socket.local)
      socket.startReading()
    } catch {
      deliver(.listenerFailed(listener, wanted.transport, reason: error.listening("\(wanted.transport) \(wanted.address)")))
    }
  }

  /// The descriptor of a bound UDP socket could not be read any more.
  func lost(_ socket: DatagramSocket, reason: String) {
    guard datagramSockets.removeValue(forKey: socket.listener) != nil else { return }
    wildcards[socket.listener] = nil
    deliver(.listenerFailed(socket.listener, .udp, reason: reason))
  }

  private func listenForStreams(_ listener: ListenerID, _ wanted: ListenAddress) {
    let what = "\(wanted.transport) \(wanted.address)"
    do {
      // A certificate that cannot be read is said now, not when the first peer calls.
      if wanted.transport.isSecure { _ = try contexts.server() }
      let address = try NIOCore.SocketAddress(wanted.address)
      let network = NIOLoopBound(self, eventLoop: eventLoop)
      let transport = wanted.transport
      ServerBootstrap(group: eventLoop)
        .serverChannelOption(.backlog, value: 128)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .serverChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(AcceptGuard()) }
        }
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelOption(.tcpOption(.userTimeout), value: limits.userTimeout)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try network.value.accept(channel, transport) }
        }
        .bind(to: address)
        .whenComplete { result in network.value.bound(listener, wanted, result) }
    } catch let problem as TLSProblem {
      deliver(.listenerFailed(listener, wanted.transport, reason: "\(what) could not be opened: \(problem.text)"))
    } catch {
      deliver(.listenerFailed(listener, wanted.transport, reason: "\(what) could not be opened: \(error)"))
    }
  }

  private func bound(_ listener: ListenerID, _ wanted: ListenAddress, _ result: Result<any Channel, any Error>) {
    switch result {
    case .success(let channel):
      guard !isClosed, let local = channel.localAddress.flatMap(SansIO.SocketAddress.init) else {
        channel.close(promise: nil)
        return
      }
      listeningChannels[listener] = channel
      tell(listener, wanted.transport, local)
    case .failure(let error):
      let what = "\(wanted.transport) \(wanted.address)"
      let reason =
        (error as? IOError).map { SystemError(code: $0.errnoCode).listening(what) } ?? "\(what) could not be opened: \(error)"
      deliver(.listenerFailed(listener, wanted.transport, reason: reason))
    }
  }

  private func tell(_ listener: ListenerID, _ transport: TransportProtocol, _ bound: SansIO.SocketAddress) {
    let reach = Reach(of: bound, routes: bound.address.isUnspecified ? SourceRoute.now() : [])
    if reach.routes != nil { wildcards[listener] = (transport, bound, reach) }
    deliver(.listening(listener, transport, reach.address, routes: reach.routes))
  }

  /// The network has changed: sockets that are bound to all addresses may be reached at others now.
  func lookUpAddresses() {
    guard !wildcards.isEmpty else { return }
    let routes = SourceRoute.now()
    for listener in wildcards.keys.sorted() {
      guard let known = wildcards[listener] else { continue }
      let reach = Reach(of: known.bound, routes: routes)
      guard reach != known.told else { continue }
      wildcards[listener]?.told = reach
      deliver(.listening(listener, known.transport, reach.address, routes: reach.routes))
    }
  }

  // MARK: Connections

  private func accept(_ channel: any Channel, _ transport: TransportProtocol) throws {
    guard !isClosed, let remote = channel.remoteAddress.flatMap(SansIO.SocketAddress.init),
      acceptedCount < limits.acceptedConnections,
      acceptedFrom[remote.address, default: 0] < limits.acceptedConnectionsPerAddress
    else { throw ChannelError.ioOnClosedChannel }
    lastAcceptedFlow += 2
    let connection = StreamConnection(FlowID(lastAcceptedFlow), transport: transport, network: self, acceptedFrom: remote.address)
    try connection.take(channel)
    acceptedCount += 1
    acceptedFrom[remote.address, default: 0] += 1
    flows[connection.id] = connection
  }

  /// Called once for each connection, when it is over or ordered to be.
  func forget(_ connection: StreamConnection) {
    guard flows.removeValue(forKey: connection.id) != nil, let address = connection.acceptedFrom else { return }
    acceptedCount -= 1
    let left = acceptedFrom[address, default: 1] - 1
    acceptedFrom[address] = left > 0 ? left : nil
  }

  func closeAll() {
    isClosed = true
    for socket in datagramSockets.values { socket.close() }
    for channel in listeningChannels.values { channel.close(promise: nil) }
    for connection in flows.values { connection.closeWhenWritten() }
    datagramSockets = [:]
    wildcards = [:]
    listeningChannels = [:]
    flows = [:]
  }
}
