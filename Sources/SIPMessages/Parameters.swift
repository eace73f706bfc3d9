import SansIO

/// The parameters of a URI or a header field value, in order: `;name=value` or `;flag` (RFC 3261 section 7.3.1, 19.1.1, 25.1).
///
/// Kept as the bytes they came in, so that nothing is lost and nothing is made before it is asked for. Names are compared without
/// regard to case; of a name that is there twice the first counts.
public struct Parameters: Sendable {
  /// What stands between two of them, and how a value that is no token is written.
  enum Style: UInt8, Sendable {
    /// `;name=value`, values may be quoted.
    case header
    /// `;name=value`, values are escaped with percent signs.
    case uri
    /// `name=value, name=value`, as challenges and credentials have them.
    case list
  }

  /// One parameter.
  public struct Element: Hashable, Sendable {
    public var name: String
    /// The value as written, with quotes or percent signs; nil for a flag.
    public var rawValue: String?
  }

  var bytes: ArraySlice<UInt8>
  let style: Style

  init(style: Style) {
    bytes = []
    self.style = style
  }

  init(validated bytes: ArraySlice<UInt8>, style: Style) {
    self.bytes = bytes
    self.style = style
  }

  /// No parameters, for a header field.
  public init() {
    self.init(style: .header)
  }

  /// The given ones in the given order, for a header field; nil values are flags.
  public init(_ pairs: [(String, String?)]) {
    self.init(style: .header)
    for (name, value) in pairs { set(name, value) }
  }

  /// Tags of a dialog, of which one is the peer's word.
  init(tags: [(String, String)]) {
    self.init(style: .header)
    for (name, value) in tags { setEcho(name, value) }
  }

  /// No parameters, for a URI.
  public static var uri: Parameters { Parameters(style: .uri) }

  public var isEmpty: Bool { bytes.isEmpty }

  /// The value without its quotes and escapes; nil when there is no such parameter, or it is a flag.
  public subscript(name: String) -> String? {
    guard let value = find(name)?.value else { return nil }
    return decoded(value)
  }

  /// The value as it is written; nil when there is no such parameter, or it is a flag.
  public func rawValue(_ name: String) -> String? {
    guard let value = find(name)?.value else { return nil }
    return String(decoding: bytes[value], as: UTF8.self)
  }

  public func has(_ name: String) -> Bool {
    find(name) != nil
  }

  /// All of them, in order.
  public var elements: [Element] {
    var elements: [Element] = []
    var scanner = ParameterScanner(self)
    while let next = scanner.next() {
      elements.append(
        Element(
          name: String(decoding: bytes[next.name], as: UTF8.self),
          rawValue: next.value.map { String(decoding: bytes[$0], as: UTF8.self) }))
    }
    return elements
  }

  /// Names and decoded values, in order.
  public var pairs: [(name: String, value: String?)] {
    var pairs: [(name: String, value: String?)] = []
    var scanner = ParameterScanner(self)
    while let next = scanner.next() {
      pairs.append((String(decoding: bytes[next.name], as: UTF8.self), next.value.map { decoded($0) }))
    }
    return pairs
  }

  /// Sets the one parameter of that name, in its old place or at the end; a nil value makes a flag. A value that is no token is
  /// quoted, in a URI escaped.
  public mutating func set(_ name: String, _ value: String? = nil) {
    setRaw(name, value.map { encoded($0) })
  }

  /// Sets what may be another's word, such as a tag: it goes back bare as it came, also when it should have had quotes, because
  /// peers compare it as written.
  mutating func setEcho(_ name: String, _ value: String) {
    let isReadBare = !value.isEmpty && value.utf8.allSatisfy { ByteSet.parameterValue.contains($0) && $0 != 0x5C }
    isReadBare ? setRaw(name, value) : set(name, value)
  }

  /// Sets a value in quotes, whether it needs them or not.
  public mutating func setQuoted(_ name: String, _ value: String) {
    var quoted: [UInt8] = []
    HeaderCursor.quote(value, into: &quoted)
    setRaw(name, String(decoding: quoted, as: UTF8.self))
  }

  /// Sets a value that already has its quotes or escapes.
  public mutating func setRaw(_ name: String, _ rawValue: String?) {
    var rebuilt: [UInt8] = []
    rebuilt.reserveCapacity(bytes.count + name.utf8.count + (rawValue?.utf8.count ?? 0) + 2)
    var isWritten = false
    var scanner = ParameterScanner(self)
    while let next = scanner.next() {
      if bytes[next.name].equalsIgnoringCase(name) {
        if !isWritten { write(name, rawValue, into: &rebuilt) }
        isWritten = true
      } else {
        write(next, into: &rebuilt)
      }
    }
    if !isWritten { write(name, rawValue, into: &rebuilt) }
    bytes = rebuilt[...]
  }

  public mutating func remove(_ name: String) {
    guard has(name) else { return }
    var rebuilt: [UInt8] = []
    var scanner = ParameterScanner(self)
    while let next = scanner.next() {
      if !bytes[next.name].equalsIgnoringCase(name) { write(next, into: &rebuilt) }
    }
    bytes = rebuilt[...]
  }

  /// `;a=b;c` with the leading semicolon; for challenges and credentials `a=b, c=d`.
  public func serialize(into output: inout [UInt8]) {
    output.append(contentsOf: bytes)
  }

  public var description: String { String(decoding: bytes, as: UTF8.self) }

  func find(_ name: String) -> ParameterScanner.Found? {
    var scanner = ParameterScanner(self)
    while let next = scanner.next() {
      if bytes[next.name].equalsIgnoringCase(name) { return next }
    }
    return nil
  }

  private func decoded(_ value: Range<Int>) -> String {
    let slice = bytes[value]
    if style == .uri { return PercentEncoding.decode(slice) }
    return slice.first == 0x22 ? HeaderCursor.unquote(slice) : String(decoding: slice, as: UTF8.self)
  }

  private func encoded(_ value: String) -> String {
    switch style {
    case .uri:
      return PercentEncoding.encode(value, keeping: .uriParameter)
    case .header, .list:
      // Section 25.1: a token or a host stands bare. More than that is read without quotes, and never written so.
      let isToken = !value.isEmpty && value.utf8.allSatisfy { ByteSet.token.contains($0) }
      guard !isToken, !Self.isAddress(value) else { return value }
      var quoted: [UInt8] = []
      HeaderCursor.quote(value, into: &quoted)
      return String(decoding: quoted, as: UTF8.self)
    }
  }

  /// An IP address, of version 6 with its brackets or without them, as `received` has it.
  private static func isAddress(_ value: String) -> Bool {
    if value.hasPrefix("["), value.hasSuffix("]") { return IPAddress(String(value.dropFirst().dropLast())) != nil }
    return IPAddress(value) != nil
  }

  private func writeSeparator(into output: inout [UInt8]) {
    if style != .list {
      output.append(0x3B)
    } else if !output.isEmpty {
      output.append(0x2C)
      output.append(0x20)
    }
  }

  private func write(_ name: String, _ rawValue: String?, into output: inout [UInt8]) {
    writeSeparator(into: &output)
    output.append(fieldText: name)
    guard let rawValue else { return }
    output.append(0x3D)
    output.append(fieldText: rawValue)
  }

  private func write(_ found: ParameterScanner.Found, into output: inout [UInt8]) {
    writeSeparator(into: &output)
    output.append(contentsOf: bytes[found.name])
    guard let value = found.value else { return }
    output.append(0x3D)
    output.append(contentsOf: bytes[value])
  }
}

extension Parameters: Hashable {
  /// Equal when names (without regard to case) and values are, in the same order.
  public static func == (left: Parameters, right: Parameters) -> Bool {
    if left.bytes == right.bytes { return true }
    var one = ParameterScanner(left)
    var other = ParameterScanner(right)
    while true {
      switch (one.next(), other.next()) {
      case (nil, nil): return true
      case (let mine?, let theirs?):
        guard left.bytes[mine.name].lazy.map(\.lowercasedASCII).elementsEqual(right.bytes[theirs.name].lazy.map(\.lowercasedASCII)),
          mine.value.map({ left.bytes[$0] }) == theirs.value.map({ right.bytes[$0] })
        else { return false }
      default: return false
      }
    }
  }

  public func hash(into hasher: inout Hasher) {
    var scanner = ParameterScanner(self)
    while let next = scanner.next() {
      for byte in bytes[next.name] { hasher.combine(byte.lowercasedASCII) }
      if let value = next.value { hasher.combine(bytes[value]) }
    }
  }
}
