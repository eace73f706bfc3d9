import Dispatch

/// Calls something again and again, at times that do not matter to the minute.
public final class RepeatingTimer: @unchecked Sendable {
  // Sendable: a dispatch source may be used from any thread, and it never changes.
  private let source = DispatchSource.makeTimerSource(queue: .global(qos: .utility))

  /// - Parameter interval: in seconds.
  public init(interval: Int, _ body: @escaping @Sendable () -> Void) {
    source.setEventHandler(handler: body)
    source.schedule(deadline: .now() + .seconds(interval), repeating: .seconds(interval), leeway: .seconds(max(1, interval / 15)))
    source.resume()
  }

  public func cancel() {
    source.cancel()
  }
}
