public import SansIO

/// The host of a URI or a Via: a name or a numeric address (RFC 3261 section 25.1, RFC 5954 for IPv6).
public enum Host: Sendable, CustomStringConvertible {
  /// A domain name, as written. Compared without regard to case.
  case name(String)
  case address(IPAddress)

  /// Reads a name, an IPv4 address or an IPv6 address with or without brackets; nil for what is none of them.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    if let host = Host(bytes: bytes[...]) {
      self = host
    } else if bytes.contains(0x3A), let address = IPAddress(text) {
      self = .address(address)
    } else {
      return nil
    }
  }

  /// Reads a name, an IPv4 address, or an IPv6 address in brackets.
  init?(bytes: ArraySlice<UInt8>) {
    guard let first = bytes.first else { return nil }
    if first == 0x5B {
      guard bytes.last == 0x5D else { return nil }
      let text = String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
      // RFC 5118 section 4.10: the grammar of RFC 3261 allowed a third colon before an IPv4 part, and whoever follows it is
      // understood.
      guard let address = IPAddress(text) ?? IPAddress(text.replacing(":::", with: "::", maxReplacements: 1)), address.isV6 else {
        return nil
      }
      self = .address(address)
    } else if let bits = Self.parseV4(bytes) {
      self = .address(.v4(bits))
    } else {
      for byte in bytes where !ByteSet.host.contains(byte) { return nil }
      self = .name(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// Passes a name or an address in bytes of which `index` is the first; false when there is none. What it passes, `init(bytes:)`
  /// reads.
  @inline(__always)
  static func skip(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
    let start = index
    if index < bytes.count, bytes[index] == 0x5B { return skipBrackets(bytes, &index) }
    bytes.take(.host, &index)
    return index > start
  }

  private static func skipBrackets(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
    var own: [UInt8] = []
    while index < bytes.count {
      own.append(bytes[index])
      index += 1
      // An IPv6 address with brackets has 47 bytes at most, one that ends in IPv4 notation too.
      if own.last == 0x5D { return Host(bytes: own[...]) != nil }
      if own.count > 64 { return false }
    }
    return false
  }

  private static func parseV4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    guard bytes.count >= 7, bytes.count <= 15 else { return nil }
    var bits: UInt32 = 0
    var octet: UInt32 = 0
    var digits = 0
    var dots = 0
    for byte in bytes {
      if byte.isDigit {
        digits += 1
        octet = octet * 10 + UInt32(byte - 48)
        guard digits <= 3, octet < 256 else { return nil }
      } else if byte == 0x2E, digits > 0, dots < 3 {
        bits = bits << 8 | octet
        octet = 0
        digits = 0
        dots += 1
      } else {
        return nil
      }
    }
    return dots == 3 && digits > 0 ? bits << 8 | octet : nil
  }

  /// The numeric address, nil for a name.
  public var address: IPAddress? {
    if case .address(let address) = self { address } else { nil }
  }

  /// The wire form, an IPv6 address in brackets.
  public var description: String {
    switch self {
    case .name(let name): name
    case .address(let address): address.isV6 ? "[\(address)]" : address.description
    }
  }
}

extension Host: Hashable {
  public static func == (left: Host, right: Host) -> Bool {
    switch (left, right) {
    case (.name(let one), .name(let other)): one.equalsIgnoringCase(other)
    case (.address(let one), .address(let other)): one == other
    case (.name, .address), (.address, .name): false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .name(let name): for byte in name.utf8 { hasher.combine(byte.lowercasedASCII) }
    case .address(let address): hasher.combine(address)
    }
  }
}
