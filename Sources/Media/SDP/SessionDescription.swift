/// A session description (RFC 8866): a session part and any number of media parts, everything in order.
///
/// Reading is lenient where deployed telephones are careless (line ends of LF alone, missing `s=` or `t=`), writing is strict.
public struct SessionDescription: Hashable, Sendable {
  public var origin: SDPOrigin
  /// The `s=` line; `-` when there is nothing to say (RFC 8866 section 5.3).
  public var name: String
  /// The `i=` line.
  public var information: String?
  /// The `u=`, `e=` and `p=` lines as they came: letter and value.
  public var contacts: [SDPLine]
  /// The default for media parts that have none of their own.
  public var connection: SDPConnection?
  /// The `b=` values as written, such as `AS:64`.
  public var bandwidths: [String]
  public var timings: [SDPTiming]
  public var attributes: [SDPAttribute]
  public var media: [MediaDescription]

  public init(
    origin: SDPOrigin, name: String = "-", information: String? = nil, contacts: [SDPLine] = [], connection: SDPConnection? = nil,
    bandwidths: [String] = [], timings: [SDPTiming] = [SDPTiming()], attributes: [SDPAttribute] = [], media: [MediaDescription] = []
  ) {
    self.origin = origin
    self.name = name
    self.information = information
    self.contacts = contacts
    self.connection = connection
    self.bandwidths = bandwidths
    self.timings = timings
    self.attributes = attributes
    self.media = media
  }

  /// Reads a description. Throws for what cannot be understood at all; unknown letters and attributes are passed over or kept.
  public init(parsing bytes: [UInt8]) throws(SDPError) {
    self = try SDPParser.parse(bytes)
  }

  /// The wire form, with CRLF line ends.
  public func serialized() -> [UInt8] {
    SDPSerializer.serialize(self)
  }

  /// The connection that holds for one media part.
  public func effectiveConnection(of media: MediaDescription) -> SDPConnection? {
    media.connection ?? connection
  }

  /// The direction that holds for one media part: its own, else the session's, else `sendrecv` (RFC 8866 section 6.7).
  public func effectiveDirection(of media: MediaDescription) -> MediaDirection {
    media.direction ?? SDPAttribute.direction(in: attributes) ?? .sendrecv
  }
}
