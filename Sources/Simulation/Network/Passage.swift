public import SIPUserAgent
public import SansIO

/// Something a host put on the wire, with what became of it: one arrow of a ladder.
public struct Passage: Hashable, Sendable {
  public enum Fate: Hashable, Sendable { case delivered, lost, duplicated, unreachable }
  public var at: Instant
  public var from: NodeID
  /// nil when nobody has that address.
  public var to: NodeID?
  public var transport: TransportProtocol
  public var bytes: [UInt8]
  public var fate: Fate
}
