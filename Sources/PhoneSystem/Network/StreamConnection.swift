import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import SIPUserAgent
import SansIO

/// One TCP or TLS connection, from the order to open it (or its acceptance) to its end.
///
/// ```
///   opening ──(TCP connected, TLS verified)──► open ──► closed
///      └──────────(refused, timed out, bad certificate)──►┘
/// ```
/// Confined to the event loop's thread. `NetworkEvent.failed` is reported once at most, and never after an ordered close.
final class StreamConnection {
  private enum State {
    /// Bytes that were ordered before the connection stood wait here.
    case opening(queued: [[UInt8]], timeout: Scheduled<Void>?)
    /// `firstByteTimeout` runs on accepted connections until something arrives.
    case open(any Channel, firstByteTimeout: Scheduled<Void>?)
    case closed
  }

  let id: FlowID
  /// The peer's address when it connected to us; nil when we connected to it.
  let acceptedFrom: SansIO.IPAddress?
  private let transport: TransportProtocol
  private let network: SocketNetwork
  private var state = State.opening(queued: [], timeout: nil)
  private var channel: (any Channel)?
  private var pin: [UInt8]?

  init(_ id: FlowID, transport: TransportProtocol, network: SocketNetwork, acceptedFrom: SansIO.IPAddress? = nil) {
    self.id = id
    self.transport = transport
    self.network = network
    self.acceptedFrom = acceptedFrom
  }

  private var bound: NIOLoopBound<StreamConnection> {
    NIOLoopBound(self, eventLoop: network.eventLoop)
  }

  // MARK: Opening

  func open(_ target: FlowTarget) {
    pin = target.pinnedCertificate
    armOpeningTimeout()
    let connection = bound
    do {
      let remote = try NIOCore.SocketAddress(target.remote)
      var bootstrap = ClientBootstrap(group: network.eventLoop)
        .connectTimeout(.nanoseconds(network.limits.openingTime.wholeNanoseconds))
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .channelOption(.tcpOption(.userTimeout), value: network.limits.userTimeout)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try connection.value.fill(channel, target) }
        }
      if let local = target.local, !local.isUnspecified {
        bootstrap = bootstrap.bind(to: try NIOCore.SocketAddress(SansIO.SocketAddress(local, port: 0)))
      }
      bootstrap.connect(to: remote).whenComplete { result in
        switch result {
        case .success(let channel): connection.value.connected(channel)
        case .failure(let error): connection.value.broke(error)
        }
      }
    } catch {
      fail(.other("\(target.remote) cannot be connected to: \(error)"))
    }
  }

  private func fill(_ channel: any Channel, _ target: FlowTarget) throws {
    self.channel = channel
    if target.transport.isSecure {
      try channel.pipeline.syncOperations.addHandler(network.contexts.clientHandler(for: target))
    }
    try channel.pipeline.syncOperations.addHandler(StreamHandler(self))
  }

  /// Takes a channel that a listener accepted.
  func take(_ channel: any Channel) throws {
    self.channel = channel
    if transport.isSecure {
      armOpeningTimeout()
      try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: network.contexts.server()))
    }
    try channel.pipeline.syncOperations.addHandler(StreamHandler(self))
  }

  private func armOpeningTimeout() {
    let connection = bound
    let time = TimeAmount.nanoseconds(network.limits.openingTime.wholeNanoseconds)
    let timeout = network.eventLoop.scheduleTask(in: time) { connection.value.fail(.timedOut) }
    state = .opening(queued: [], timeout: timeout)
  }

  private func connected(_ channel: any Channel) {
    if case .closed = state { return channel.close(promise: nil) }
    self.channel = channel
    if !transport.isSecure { stands(channel, peer: nil) }
  }

  fileprivate func becameActive(_ channel: any Channel) {
    if acceptedFrom != nil, !transport.isSecure { stands(channel, peer: nil) }
  }

  fileprivate func handshakeCompleted(_ channel: any Channel) {
    do {
      let handler = try channel.pipeline.syncOperations.handler(type: NIOSSLHandler.self)
      let identity = try handler.peerCertificate.map { try PeerCertificate($0).identity(isPinned: pin != nil) }
      stands(channel, peer: identity)
    } catch {
      fail(.tls("the certificate cannot be read: \(error)"))
    }
  }

  private func stands(_ channel: any Channel, peer: TLSPeerIdentity?) {
    guard case .opening(let queued, let timeout) = state else { return }
    timeout?.cancel()
    guard let local = channel.localAddress.flatMap(SansIO.SocketAddress.init),
      let remote = channel.remoteAddress.flatMap(SansIO.SocketAddress.init)
    else { return fail(.closedByPeer) }
    let facts = ConnectionFacts(local: local, remote: remote, peer: peer)
    if acceptedFrom == nil {
      state = .open(channel, firstByteTimeout: nil)
      network.deliver(.opened(id, facts))
    } else {
      let connection = bound
      let silence = TimeAmount.nanoseconds(network.limits.firstByteTime.wholeNanoseconds)
      let timeout = network.eventLoop.scheduleTask(in: silence) { connection.value.fail(.timedOut) }
      state = .open(channel, firstByteTimeout: timeout)
      network.deliver(.accepted(id, transport, facts))
    }
    for bytes in queued { send(bytes) }
  }

  // MARK: Bytes

  func send(_ bytes: [UInt8]) {
    switch state {
    case .opening(var queued, let timeout):
      queued.append(bytes)
      guard queued.reduce(0, { $0 + $1.count }) <= network.limits.unsentBytes else { return failSlowReader() }
      state = .opening(queued: queued, timeout: timeout)
    case .open(let channel, _):
      channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
      let unsent = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
      if unsent > network.limits.unsentBytes { failSlowReader() }
    case .closed:
      break
    }
  }

  private func failSlowReader() {
    fail(.other("the peer does not read what is sent to it"))
  }

  fileprivate func received(_ bytes: [UInt8]) {
    guard case .open(let channel, let timeout) = state else { return }
    if let timeout {
      timeout.cancel()
      state = .open(channel, firstByteTimeout: nil)
    }
    network.deliver(.bytes(bytes, on: id))
  }

  // MARK: The end

  /// nil error: the peer closed.
  fileprivate func broke(_ error: (any Error)?) {
    fail(failure(for: error))
  }

  private func failure(for error: (any Error)?) -> FlowFailure {
    switch error {
    case nil: return .closedByPeer
    case ChannelError.connectTimeout(_)?: return .timedOut
    case let error as IOError:
      switch error.errnoCode {
      case ECONNREFUSED: return .refused
      case ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL: return .unreachable
      case ETIMEDOUT: return .timedOut
      case ECONNRESET, EPIPE: return .closedByPeer
      default: return .other(SystemError(code: error.errnoCode).text)
      }
    case let problem as TLSProblem: return .tls(problem.text)
    case NIOSSLError.uncleanShutdown?: return .closedByPeer
    case let error?:
      guard transport.isSecure else { return .other("\(error)") }
      let handler = try? channel?.pipeline.syncOperations.handler(type: NIOSSLHandler.self)
      let certificate = handler?.peerCertificate.flatMap { try? PeerCertificate($0) }
      return .tls(TLSProblem(handshake: error, certificate: certificate, pin: pin, now: SystemClock().now().wallTime).text)
    }
  }

  private func fail(_ failure: FlowFailure) {
    // A peer that connected and failed before `accepted` was reported is nobody that the machine knows.
    let isUnknown = if case .opening = state { acceptedFrom != nil } else { false }
    guard enterClosed() else { return }
    network.forget(self)
    channel?.close(mode: .all, promise: nil)
    channel = nil
    if !isUnknown { network.deliver(.failed(id, failure)) }
  }

  private func enterClosed() -> Bool {
    switch state {
    case .closed: return false
    case .opening(_, let timeout), .open(_, let timeout): timeout?.cancel()
    }
    state = .closed
    return true
  }

  /// Closes once everything has been written, or after five seconds for a peer that does not read.
  func closeWhenWritten() {
    guard enterClosed(), let channel else { return }
    self.channel = nil
    let giveUp = network.eventLoop.scheduleTask(in: .seconds(5)) { channel.close(mode: .all, promise: nil) }
    guard channel.isActive else {
      giveUp.cancel()
      return channel.close(mode: .all, promise: nil)
    }
    channel.writeAndFlush(ByteBuffer()).whenComplete { _ in
      giveUp.cancel()
      channel.close(mode: .all, promise: nil)
    }
  }
}

/// The last handler of a connection's pipeline: what NIO says, in the connection's words.
private final class StreamHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let connection: StreamConnection

  init(_ connection: StreamConnection) {
    self.connection = connection
  }

  func channelActive(context: ChannelHandlerContext) {
    connection.becameActive(context.channel)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    connection.received(Array(unwrapInboundIn(data).readableBytesView))
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { connection.handshakeCompleted(context.channel) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    connection.broke(error)
  }

  func channelInactive(context: ChannelHandlerContext) {
    connection.broke(nil)
  }
}

extension NIOBSDSocket.Option {
  /// RFC 5482's timeout on Linux, in milliseconds.
  static let userTimeout = NIOBSDSocket.Option(rawValue: CInt(TCP_USER_TIMEOUT))
}

extension NetworkLimits {
  /// `unacknowledgedTime` for the kernel.
  var userTimeout: Int { Int(unacknowledgedTime.wholeMilliseconds) }
}
