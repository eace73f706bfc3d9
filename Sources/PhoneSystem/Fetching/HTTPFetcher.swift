import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
public import Phone
public import SIPUserAgent
import SansIO

/// Carries out `FetchOrder`: one GET over https, a few redirections at most, within a few seconds, and only to hosts of the public
/// Internet. Every name is looked up by us and the connection goes to the address that was looked at, so that a name cannot mean
/// one thing to the check and another to the connection.
public final class HTTPFetcher: Sendable {
  private let thread: SignallingThread
  private let resolver: Resolver
  private let authorityFile: String?

  private let patience: TimeAmount
  private static let mostRedirections = 3

  /// - Parameters:
  ///   - authorityFile: further authorities that https servers may be certified by, PEM.
  ///   - patience: how long a fetch may take, with all its redirections.
  public init(
    on thread: SignallingThread, authorityFile: String?, resolver: Resolver = .shared, patience: Duration = .seconds(6)
  ) {
    self.patience = .nanoseconds(patience.wholeNanoseconds)
    self.thread = thread
    self.resolver = resolver
    self.authorityFile = authorityFile
  }

  /// `reply` is called exactly once, at the latest after a few seconds.
  public func fetch(_ order: FetchOrder, reply: @escaping @Sendable (TicketResult) -> Void) {
    let answer = thread.eventLoop.makePromise(of: TicketResult.self)
    answer.futureResult.whenSuccess(reply)
    let limit = thread.eventLoop.scheduleTask(in: patience) { answer.succeed(.failed("it took too long")) }
    answer.futureResult.whenComplete { _ in limit.cancel() }
    guard let address = FetchAddress(order.uri) else {
      answer.succeed(.failed("its address is not one to fetch from"))
      return
    }
    go(to: address, order, redirections: 0, answer)
  }

  private func go(to address: FetchAddress, _ order: FetchOrder, redirections: Int, _ answer: EventLoopPromise<TicketResult>) {
    if let literal = SansIO.IPAddress(address.host) {
      connect([literal], address, order, redirections, answer)
      return
    }
    resolver.resolve(DNSQuestion(name: address.host, type: .a)) { [self] first in
      let found = Self.addresses(first)
      guard found.isEmpty else { return connect(found, address, order, redirections, answer) }
      resolver.resolve(DNSQuestion(name: address.host, type: .aaaa)) { [self] second in
        connect(Self.addresses(second), address, order, redirections, answer)
      }
    }
  }

  private static func addresses(_ result: LookupResult) -> [SansIO.IPAddress] {
    guard case .records(let records) = result else { return [] }
    return records.compactMap { if case .address(let address) = $0 { address } else { nil } }
  }

  private func connect(
    _ found: [SansIO.IPAddress], _ address: FetchAddress, _ order: FetchOrder, _ redirections: Int,
    _ answer: EventLoopPromise<TicketResult>
  ) {
    guard !found.isEmpty else { return answer.succeed(.failed("\(address.host) has no address")) }
    guard let target = found.first(where: { $0.isPublic || order.mayBePrivate && !$0.isLinkLocal }) else {
      return answer.succeed(.failed("\(address.host) is a host of a private network"))
    }
    let context: NIOSSLContext
    let remote: NIOCore.SocketAddress
    do {
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.minimumTLSVersion = .tlsv12
      if let authorityFile {
        configuration.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(authorityFile))]
      }
      context = try NIOSSLContext(configuration: configuration)
      remote = try NIOCore.SocketAddress(SansIO.SocketAddress(target, port: address.port))
    } catch {
      return answer.succeed(.failed("\(address.host) cannot be reached: \(error)"))
    }
    let isLiteral = SansIO.IPAddress(address.host) != nil
    let finish: @Sendable (FetchResponse.Outcome) -> Void = { [self] outcome in
      switch outcome {
      case .body(let bytes, let lifetime): answer.succeed(lifetime.map { .cacheable(bytes, lifetime: $0) } ?? .bytes(bytes))
      case .failed(let sentence): answer.succeed(.failed("\(address.host): \(sentence)"))
      case .redirect(let location):
        guard redirections < Self.mostRedirections, let next = address.redirected(to: location) else {
          return answer.succeed(.failed("\(address.host) leads on to an address that is not one to fetch from"))
        }
        go(to: next, order, redirections: redirections + 1, answer)
      }
    }
    ClientBootstrap(group: thread.eventLoop)
      .connectTimeout(.seconds(3))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          // The name is verified by the TLS library here: this is the web, where RFC 5922 has no say.
          let tls = try NIOSSLClientHandler(context: context, serverHostname: isLiteral ? nil : address.host)
          try channel.pipeline.syncOperations.addHandlers([tls, FetchHandler(request: address.request, finish: finish)])
        }
      }
      .connect(to: remote)
      .whenComplete { result in
        switch result {
        case .failure(let error): answer.succeed(.failed("\(address.host) cannot be reached: \(error)"))
        // Whatever ends the fetch ends the connection.
        case .success(let channel): answer.futureResult.whenComplete { _ in channel.close(promise: nil) }
        }
      }
  }
}

private final class FetchHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let request: [UInt8]
  private let finish: @Sendable (FetchResponse.Outcome) -> Void
  private var response = FetchResponse(limit: FetchOrder.longestBody)
  private var isDone = false

  init(request: [UInt8], finish: @escaping @Sendable (FetchResponse.Outcome) -> Void) {
    self.request = request
    self.finish = finish
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: request)), promise: nil)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isDone, let outcome = response.receive(unwrapInboundIn(data).readableBytesView) else { return }
    conclude(outcome, context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    conclude(response.end(), context)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Many servers end without TLS's own farewell; what has a length came whole or not at all.
    if case NIOSSLError.uncleanShutdown? = error as? NIOSSLError { return }
    conclude(.failed("\(error)"), context)
  }

  private func conclude(_ outcome: FetchResponse.Outcome, _ context: ChannelHandlerContext) {
    guard !isDone else { return }
    isDone = true
    finish(outcome)
    context.close(promise: nil)
  }
}
