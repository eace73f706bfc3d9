import CPlatform
import Glibc
import NIOCore
import NIOPosix
import SIPUserAgent
import SansIO

/// One bound UDP socket.
///
/// Event notification and reading are NIO's, on a duplicate of the descriptor; sending is ours. The socket asks the kernel to
/// report ICMP errors (IP_RECVERR), which is how a dead next hop is noticed within a round trip instead of 32 seconds. Linux then
/// hands the error of one destination to whatever call comes next, even one that concerns another destination: `send` tries again,
/// and if NIO gives its channel up, a new one is made over the same socket, so nothing that was received is lost.
final class DatagramSocket {
  let listener: ListenerID
  let local: SansIO.SocketAddress
  private let descriptor: Int32
  private let network: SocketNetwork
  private var channel: (any Channel)?
  private var isClosed = false
  private var restarts = 0

  init(_ listener: ListenerID, address: SansIO.SocketAddress, network: SocketNetwork) throws(SystemError) {
    var wanted = cp_address(address)
    let opened = unsafe cp_udp_open(&wanted, 1)
    guard opened >= 0 else { throw SystemError(code: -opened) }
    var bound = cp_address()
    let failure = unsafe cp_local_address(opened, &bound)
    guard failure == 0 else {
      Glibc.close(opened)
      throw SystemError(code: -failure)
    }
    self.listener = listener
    self.network = network
    descriptor = opened
    local = bound.socketAddress
  }

  deinit {
    Glibc.close(descriptor)
  }

  func startReading() {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { return network.lost(self, reason: SystemError(code: errno).listening("UDP \(local)")) }
    let socket = NIOLoopBound(self, eventLoop: network.eventLoop)
    DatagramBootstrap(group: network.eventLoop)
      // One receive buffer for the largest datagram; NIO uses it again once a datagram has been copied out.
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(socket.value)) }
      }
      .withBoundSocket(copy)
      .whenComplete { result in socket.value.started(result) }
  }

  private func started(_ result: Result<any Channel, any Error>) {
    switch result {
    case .success(let channel) where isClosed: channel.close(promise: nil)
    case .success(let channel): self.channel = channel
    case .failure(let error): network.lost(self, reason: "UDP \(local) cannot be read: \(error)")
    }
  }

  func send(_ bytes: [UInt8], to destination: SansIO.SocketAddress) {
    var address = cp_address(destination)
    // Each failed try may only have fetched an old error of another destination.
    for _ in 0..<3 {
      let sent = unsafe bytes.withUnsafeBytes { bytes in
        unsafe bytes.baseAddress.map { unsafe cp_udp_send(descriptor, $0, bytes.count, &address) } ?? 0
      }
      // A full send buffer loses the datagram, as any router may; SIP sends again.
      if sent >= 0 || sent == -Int(EAGAIN) || sent == -Int(ENOBUFS) { return }
      reportReturnedDatagrams()
    }
    network.deliver(.datagramFailed(to: destination, from: listener))
  }

  fileprivate func received(_ bytes: [UInt8], from source: SansIO.SocketAddress) {
    restarts = 0
    network.deliver(.datagram(bytes, from: source, to: listener))
  }

  fileprivate func reportReturnedDatagrams() {
    var destination = cp_address()
    while unsafe cp_udp_next_error(descriptor, &destination) == 1 {
      network.deliver(.datagramFailed(to: destination.socketAddress, from: listener))
    }
  }

  fileprivate func channelClosed() {
    guard !isClosed else { return }
    reportReturnedDatagrams()
    channel = nil
    restarts += 1
    guard restarts < 100 else { return network.lost(self, reason: "UDP \(local) cannot be read any more") }
    startReading()
  }

  func close() {
    isClosed = true
    channel?.close(promise: nil)
    channel = nil
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private let socket: DatagramSocket

    init(_ socket: DatagramSocket) {
      self.socket = socket
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let envelope = unwrapInboundIn(data)
      guard let source = SansIO.SocketAddress(envelope.remoteAddress) else { return }
      socket.received(Array(envelope.data.readableBytesView), from: source)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      socket.reportReturnedDatagrams()
    }

    func channelInactive(context: ChannelHandlerContext) {
      socket.channelClosed()
    }
  }
}
