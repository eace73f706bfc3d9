/// A small number that names one thing of one kind, so that a flow's number cannot be handed to something that wants a call's.
///
/// `Kind` is never made; it only tells the kinds apart: `typealias FlowID = Identifier<Flow>`.
public struct Identifier<Kind>: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var rawValue: UInt64

  public init(_ rawValue: UInt64) {
    self.rawValue = rawValue
  }

  public static func < (left: Identifier, right: Identifier) -> Bool {
    left.rawValue < right.rawValue
  }

  public var description: String { String(rawValue) }
}
