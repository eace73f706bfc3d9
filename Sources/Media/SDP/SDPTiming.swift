/// A `t=` line (RFC 8866 section 5.9). Calls use `0 0`: no bounds.
public struct SDPTiming: Hashable, Sendable {
  /// Seconds since 1900; 0 means unbounded.
  public var start: UInt64
  public var stop: UInt64
  /// The `r=` values that follow it, as written.
  public var repeats: [String]

  public init(start: UInt64 = 0, stop: UInt64 = 0, repeats: [String] = []) {
    self.start = start
    self.stop = stop
    self.repeats = repeats
  }
}
