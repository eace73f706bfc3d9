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

    /// From plain text, which gets the escapes it needs.
    public init(plainName: String, plainValue: String) {
      name = PercentEncoding.encode(plainName, keeping: .unreserved)
      value = PercentEncoding.encode(plainValue, keeping: .unreserved)
    }

    public var decodedName: String { PercentEncoding.decode(name.utf8) }
    public var decodedValue: String { PercentEncoding.decode(value.utf8) }
  }

  /// True for `sips:`.
  public var isSecure: Bool
  // One slice and where the parts lie in it, so that reading a URI makes no String and copying it counts one reference.
  var source: ArraySlice<UInt8>
  var userPiece: Piece
  var passwordPiece: Piece
  var hostPiece: Piece
  var parametersPiece: Piece
  /// With its question mark; empty when there are no headers.
  var headersPiece: Piece
  /// nil when the URI names none, which is not the same as naming the default.
  public var port: UInt16?

  public init(
    user: String? = nil, host: Host, port: UInt16? = nil, isSecure: Bool = false, parameters: Parameters = .uri,
    headers: [Header] = []
  ) {
    self.isSecure = isSecure
    self.port = port
    // Header parameters given for a URI are written anew in the URI's own way.
    var own = Parameters.uri
    if parameters.style == .uri { own = parameters } else { for (name, value) in parameters.pairs { own.set(name, value) } }
    var bytes: [UInt8] = []
    userPiece = bytes.pack(ifThere: user.map { PercentEncoding.encode($0, keeping: .user).utf8 })
    passwordPiece = .none
    hostPiece = bytes.pack(host.description.utf8)
    parametersPiece = bytes.pack(own.bytes)
    headersPiece = bytes.pack(Self.text(headers))
    source = bytes[...]
  }

  /// Writes the parts anew, each as it is given, after one of them changed.
  private mutating func pack(
    user: ArraySlice<UInt8>?, password: ArraySlice<UInt8>?, host: ArraySlice<UInt8>, parameters: ArraySlice<UInt8>,
    headers: ArraySlice<UInt8>
  ) {
    var bytes: [UInt8] = []
    userPiece = bytes.pack(ifThere: user)
    passwordPiece = bytes.pack(ifThere: password)
    hostPiece = bytes.pack(host)
    parametersPiece = bytes.pack(parameters)
    headersPiece = bytes.pack(headers)
    source = bytes[...]
  }

  var userBytes: ArraySlice<UInt8>? {
    get { source.part(userPiece) }
    set { pack(user: newValue, password: passwordBytes, host: hostBytes, parameters: parameters.bytes, headers: headerBytes) }
  }

  var passwordBytes: ArraySlice<UInt8>? {
    get { source.part(passwordPiece) }
    set { pack(user: userBytes, password: newValue, host: hostBytes, parameters: parameters.bytes, headers: headerBytes) }
  }

  var hostBytes: ArraySlice<UInt8> {
    get { source[hostPiece] }
    set { pack(user: userBytes, password: passwordBytes, host: newValue, parameters: parameters.bytes, headers: headerBytes) }
  }

  private var headerBytes: ArraySlice<UInt8> { source[headersPiece] }

  public var parameters: Parameters {
    get { Parameters(validated: source[parametersPiece], style: .uri) }
    set {
      var own = Parameters.uri
      if newValue.style == .uri { own = newValue } else { for (name, value) in newValue.pairs { own.set(name, value) } }
      pack(user: userBytes, password: passwordBytes, host: hostBytes, parameters: own.bytes, headers: headerBytes)
    }
  }

  /// What follows the question mark, in order.
  public var headers: [Header] {
    get { Self.headers(in: headerBytes) }
    set {
      pack(
        user: userBytes, password: passwordBytes, host: hostBytes, parameters: parameters.bytes, headers: Self.text(newValue)[...])
    }
  }

  /// `?name=value&name=value`.
  private static func text(_ headers: [Header]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (position, header) in headers.enumerated() {
      bytes.append(position == 0 ? 0x3F : 0x26)
      bytes.append(fieldText: header.name)
      bytes.append(0x3D)
      bytes.append(fieldText: header.value)
    }
    return bytes
  }

  private static func headers(in bytes: ArraySlice<UInt8>) -> [Header] {
    guard !bytes.isEmpty else { return [] }
    return bytes.dropFirst().split(separator: 0x26, omittingEmptySubsequences: false).map { header in
      let equal = header.firstIndex(of: 0x3D) ?? header.endIndex
      return Header(
        name: String(decoding: header[..<equal], as: UTF8.self),
        value: String(decoding: header[equal...].dropFirst(), as: UTF8.self))
    }
  }

  public init(parsing text: some StringProtocol) throws(URIError) {
    guard let uri = try URI(parsing: text).sip else { throw URIError(.noScheme, offset: 0) }
    self = uri
  }

  public static func == (left: SIPURI, right: SIPURI) -> Bool {
    left.isSecure == right.isSecure && left.userBytes == right.userBytes && left.passwordBytes == right.passwordBytes
      && left.port == right.port && left.host == right.host && left.parameters == right.parameters
      && left.headerBytes == right.headerBytes
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
    bytes.append(contentsOf: source[parametersPiece])
    bytes.append(contentsOf: headerBytes)
  }
}
