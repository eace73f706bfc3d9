public import SIPMessages

/// One `[[contacts]]` table.
public struct ContactConfiguration: Hashable, Sendable {
  public var name: String
  public var uri: URI
  /// What a short column shows: `201`, `mobile`; empty for nothing.
  public var label: String
  /// What answer rules call them by: `family`, `colleagues`.
  public var groups: [String]

  public init(name: String, uri: URI, label: String = "", groups: [String] = []) {
    self.name = name
    self.uri = uri
    self.label = label
    self.groups = groups
  }
}
