/// How long a session holds without a refresh, and who refreshes it (RFC 4028 section 4).
public struct SessionExpires: TypedHeader {
  /// The end that refreshes.
  public enum Refresher: String, Hashable, Sendable {
    /// The one that sent the request.
    case uac
    /// The one that answered it.
    case uas
  }

  public static var name: HeaderName { .sessionExpires }

  /// Seconds.
  public var interval: UInt32
  /// nil when the field does not say.
  public var refresher: Refresher?
  /// Parameters other than `refresher`.
  public var parameters: Parameters

  public init(interval: UInt32, refresher: Refresher? = nil) {
    self.interval = interval
    self.refresher = refresher
    parameters = Parameters()
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    interval = UInt32(truncatingIfNeeded: try cursor.number(limit: UInt64(UInt32.max)))
    parameters = try cursor.parameters()
    try cursor.expectEnd()
    refresher = parameters["refresher"].flatMap { Refresher(rawValue: $0.lowercased()) }
    parameters.remove("refresher")
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(number: interval)
    if let refresher { bytes.append(text: ";refresher=\(refresher.rawValue)") }
    parameters.serialize(into: &bytes)
  }
}
