/// A header that is a scheme and parameters between commas: challenges and credentials (RFC 3261 section 20.7, 20.44, RFC 7616).
///
/// Commas belong to the value, so a field is always one challenge.
public protocol ChallengeHeader: TypedHeader {
  /// `Digest`, as written.
  var scheme: String { get set }
  var parameters: Parameters { get set }
  init(scheme: String, parameters: Parameters)
}

extension ChallengeHeader {
  /// An empty challenge or credentials of that scheme; set the parameters with `set` and `setQuoted`.
  public init(scheme: String) {
    self.init(scheme: scheme, parameters: .list)
  }

  @inlinable
  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    cursor.skipWhitespace()
    let scheme = try cursor.token()
    guard !cursor.isAtEnd else { throw cursor.error(.missingParameter) }
    self.init(scheme: scheme, parameters: try cursor.parameterList())
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(fieldText: scheme)
    bytes.append(0x20)
    parameters.serialize(into: &bytes)
  }

  /// Whether the scheme is Digest.
  public var isDigest: Bool { scheme.equalsIgnoringCase("digest") }
}

extension Parameters {
  /// No parameters, for a challenge or credentials.
  public static var list: Parameters { Parameters(style: .list) }
}
