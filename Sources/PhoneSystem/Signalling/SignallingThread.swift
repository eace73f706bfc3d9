import NIOCore
import NIOPosix

/// The one thread on which signalling loops run. Several loops, such as a phone and the embedded exchange, may share it.
public final class SignallingThread: Sendable {
  private let group: MultiThreadedEventLoopGroup
  let eventLoop: any EventLoop

  public init() {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    eventLoop = group.next()
  }

  /// Ends the thread. Loops that ran on it must have been stopped before. Must not be called on the thread itself.
  public func shutDown() {
    try? group.syncShutdownGracefully()
  }
}
