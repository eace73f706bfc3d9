/// A numeric address, IPv4 or IPv6. Names never get this far: they are resolved before.
public enum IPAddress: Hashable, Sendable, CustomStringConvertible {
  /// The four octets, the first one highest.
  case v4(UInt32)
  /// The eight groups as two halves, the first one highest.
  case v6(high: UInt64, low: UInt64)

  public static let loopbackV4 = IPAddress.v4(0x7F00_0001)
  public static let loopbackV6 = IPAddress.v6(high: 0, low: 1)
  public static let anyV4 = IPAddress.v4(0)
  public static let anyV6 = IPAddress.v6(high: 0, low: 0)

  public var isV6: Bool {
    if case .v6 = self { true } else { false }
  }

  public var isLoopback: Bool {
    switch self {
    case .v4(let bits): bits >> 24 == 127
    case .v6(let high, let low): high == 0 && low == 1
    }
  }

  /// 224.0.0.0/4 or ff00::/8.
  public var isMulticast: Bool {
    switch self {
    case .v4(let bits): bits >> 28 == 0xE
    case .v6(let high, _): high >> 56 == 0xFF
    }
  }

  /// 0.0.0.0 or ::.
  public var isUnspecified: Bool {
    self == .anyV4 || self == .anyV6
  }

  /// Reads `192.0.2.1` or `2001:db8::1`, the latter with or without brackets; nil for anything else, a name too.
  public init?(_ text: some StringProtocol) {
    var bytes = Array(text.utf8)
    if bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") { bytes = Array(bytes.dropFirst().dropLast()) }
    if let bits = Self.parseV4(bytes[...]) {
      self = .v4(bits)
    } else if let groups = Self.parseV6(bytes) {
      let half = { (part: ArraySlice<UInt16>) in part.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
      self = .v6(high: half(groups[0..<4]), low: half(groups[4..<8]))
    } else {
      return nil
    }
  }

  private static func parseV4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.count), part.allSatisfy({ (48...57).contains($0) }) else { return nil }
      let value = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 48) }
      guard value < 256 else { return nil }
      bits = bits << 8 | value
    }
    return bits
  }

  private static func parseV6(_ bytes: [UInt8]) -> [UInt16]? {
    var head: [UInt16] = []
    var tail: [UInt16]?
    var index = 0
    if bytes.starts(with: [58, 58]) {
      tail = []
      index = 2
    }
    while index < bytes.count {
      guard head.count + (tail?.count ?? 0) < 8 else { return nil }
      let end = bytes[index...].firstIndex(of: 58) ?? bytes.count
      let part = bytes[index..<end]
      var groups: [UInt16] = []
      if part.contains(UInt8(ascii: ".")) {
        guard end == bytes.count, let bits = parseV4(part) else { return nil }
        groups = [UInt16(bits >> 16), UInt16(bits & 0xFFFF)]
      } else {
        guard (1...4).contains(part.count), let value = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
          part.first != UInt8(ascii: "+")
        else { return nil }
        groups = [value]
      }
      if tail != nil { tail?.append(contentsOf: groups) } else { head.append(contentsOf: groups) }
      guard end < bytes.count else { break }
      index = end + 1
      if index < bytes.count, bytes[index] == 58 {
        guard tail == nil else { return nil }
        tail = []
        index += 1
      } else if index == bytes.count {
        return nil
      }
    }
    let known = head.count + (tail?.count ?? 0)
    guard let tail else { return known == 8 ? head : nil }
    guard known < 8 else { return nil }
    return head + [UInt16](repeating: 0, count: 8 - known) + tail
  }

  /// The text form, IPv6 without brackets and compressed as RFC 5952 asks.
  public var description: String {
    switch self {
    case .v4(let bits):
      // Byte by byte: every message names an address a few times, and interpolation makes a String of each number.
      var text: [UInt8] = []
      text.reserveCapacity(15)
      for shift: UInt32 in [24, 16, 8, 0] {
        let octet = UInt8(truncatingIfNeeded: bits >> shift)
        if shift < 24 { text.append(UInt8(ascii: ".")) }
        if octet >= 100 { text.append(48 + octet / 100) }
        if octet >= 10 { text.append(48 + octet / 10 % 10) }
        text.append(48 + octet % 10)
      }
      return String(decoding: text, as: UTF8.self)
    case .v6(let high, let low):
      let groups = (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> (48 - 16 * UInt64($0 % 4))) }
      var best = 0..<0
      var start = 0
      while start < 8 {
        var end = start
        while end < 8, groups[end] == 0 { end += 1 }
        if end - start > max(best.count, 1) { best = start..<end }
        start = max(end, start + 1)
      }
      let hex = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
      return best.isEmpty ? hex(groups[...]) : hex(groups[..<best.lowerBound]) + "::" + hex(groups[best.upperBound...])
    }
  }
}

/// An address and a port of a transport.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
  public var address: IPAddress
  public var port: UInt16

  public init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// `192.0.2.1:5060` or `[2001:db8::1]:5060`.
  public var description: String {
    address.isV6 ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}
