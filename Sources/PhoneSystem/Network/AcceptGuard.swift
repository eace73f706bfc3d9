import NIOCore

/// Rests for a second when the process has no descriptors left.
///
/// The kernel goes on reporting a connection that cannot be accepted; without the rest the loop would turn at full speed.
final class AcceptGuard: ChannelInboundHandler {
  typealias InboundIn = any Channel

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let options = context.channel.syncOptions
    try? options?.setOption(.autoRead, value: false)
    let channel = context.channel
    context.eventLoop.scheduleTask(in: .seconds(1)) {
      try? channel.syncOptions?.setOption(.autoRead, value: true)
    }
  }
}
