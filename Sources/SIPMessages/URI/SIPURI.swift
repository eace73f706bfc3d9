/// A `sip:` or `sips:` URI (RFC 3261 section 19.1). `==` compares content part by part; `matches` is the equality of section
/// 19.1.4.
public struct SIPURI: Hashable, Sendable, CustomStringConvertible {
  /// One `name=value` after the question mark, both as written, with their escapes.
  public struct Header: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }

    public var decodedName: String { PercentEncoding.decode(name.utf8) }
    public var decodedValue: String { PercentEncoding.decode(value.utf8) }
  }

  /// True for `sips:`.
  public var isSecure: Bool
  // Bytes, so that reading a URI makes no String.
  var userBytes: ArraySlice<UInt8>?
  var passwordBytes: ArraySlice<UInt8>?
  var hostBytes: ArraySlice<UInt8>
  /// nil when the URI names none, which is not the same as naming the default.
  public var port: UInt16?
  public var parameters: Parameters
  /// What follows the question mark, in order.
  public var headers: [Header]

  public init(
    user: String? = nil, host: Host, port: UInt16? = nil, isSecure: Bool = false, parameters: Parameters = .uri,
    headers: [Header] = []
  ) {
    self.isSecure = isSecure
    userBytes = user.map { Array(PercentEncoding.encode($0, keeping: .user).utf8)[...] }
    hostBytes = Array(host.description.utf8)[...]
    self.port = port
    // Header parameters given for a URI are written anew in the URI's own way.
    var own = Parameters.uri
    if parameters.style == .uri { own = parameters } else { for (name, value) in parameters.pairs { own.set(name, value) } }
    self.parameters = own
    self.headers = headers
  }

  public init(parsing text: some StringProtocol) throws(URIError) {
    guard let uri = try URI(parsing: text).sip else { throw URIError(.noScheme, offset: 0) }
    self = uri
  }

  public static func == (left: SIPURI, right: SIPURI) -> Bool {
    left.isSecure == right.isSecure && left.userBytes == right.userBytes && left.passwordBytes == right.passwordBytes
      && left.port == right.port && left.host == right.host && left.parameters == right.parameters && left.headers == right.headers
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(isSecure)
    hasher.combine(userBytes)
    hasher.combine(host)
    hasher.combine(port)
    hasher.combine(parameters)
  }

  /// The user part as written, with its escapes; nil when there is no `@`.
  public var user: String? {
    get { userBytes.map { String(decoding: $0, as: UTF8.self) } }
    set { userBytes = newValue.map { Array($0.utf8)[...] } }
  }

  /// The password as written; nil when there is none.
  public var password: String? {
    get { passwordBytes.map { String(decoding: $0, as: UTF8.self) } }
    set { passwordBytes = newValue.map { Array($0.utf8)[...] } }
  }

  public var host: Host {
    get { Host(bytes: hostBytes) ?? .name(String(decoding: hostBytes, as: UTF8.self)) }
    set { hostBytes = Array(newValue.description.utf8)[...] }
  }

  /// The user part with its escapes resolved.
  public var decodedUser: String? { userBytes.map { PercentEncoding.decode($0) } }

  /// The `transport` parameter in lower case; nil when there is none.
  public var transportParameter: String? { parameters["transport"]?.lowercased() }

  /// Whether this is a loose router's URI: it has the `lr` parameter (RFC 3261 section 19.1.1).
  public var isLooseRouter: Bool { parameters.has("lr") }

  /// The wire form.
  public var description: String {
    var bytes: [UInt8] = []
    serialize(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Writes the wire form.
  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(text: isSecure ? "sips:" : "sip:")
    if let userBytes {
      bytes.append(field: userBytes)
      if let passwordBytes {
        bytes.append(0x3A)
        bytes.append(field: passwordBytes)
      }
      bytes.append(0x40)
    }
    bytes.append(field: hostBytes)
    if let port {
      bytes.append(0x3A)
      bytes.append(number: port)
    }
    parameters.serialize(into: &bytes)
    for (position, header) in headers.enumerated() {
      bytes.append(position == 0 ? 0x3F : 0x26)
      bytes.append(fieldText: header.name)
      bytes.append(0x3D)
      bytes.append(fieldText: header.value)
    }
  }
}
