public import SansIO

/// An address that may be fetched: https, a host, a path.
public struct FetchAddress: Hashable, Sendable {
  /// In lower case; an IPv6 address without brackets.
  public var host: String
  public var port: UInt16
  /// With its query, never empty.
  public var path: String

  /// nil for another scheme, for credentials in the address, and for what cannot be written into a request line.
  public init?(_ text: String) {
    guard text.utf8.count <= 1024, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), text.lowercased().hasPrefix("https://")
    else {
      return nil
    }
    let rest = text.dropFirst(8).prefix { $0 != "#" }
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    let authority = rest[..<end]
    guard !authority.isEmpty, !authority.contains("@") else { return nil }
    var name = authority
    var number: Substring?
    if authority.hasPrefix("[") {
      guard let close = authority.firstIndex(of: "]") else { return nil }
      name = authority[authority.index(after: authority.startIndex)..<close]
      let tail = authority[authority.index(after: close)...]
      if tail.hasPrefix(":") { number = tail.dropFirst() } else if !tail.isEmpty { return nil }
      guard IPAddress(name)?.isV6 == true else { return nil }
    } else if let colon = authority.lastIndex(of: ":") {
      name = authority[..<colon]
      number = authority[authority.index(after: colon)...]
    }
    guard !name.isEmpty, name.utf8.count <= 253, name.allSatisfy({ $0.isLetter || $0.isNumber || "-._:".contains($0) }) else {
      return nil
    }
    if let number {
      guard let port = UInt16(number), port > 0 else { return nil }
      self.port = port
    } else {
      port = 443
    }
    host = name.lowercased()
    let path = String(rest[end...])
    self.path = path.hasPrefix("/") ? path : "/" + path
  }

  /// Where a redirection leads; only to another address that may be fetched.
  public func redirected(to location: String) -> FetchAddress? {
    if location.hasPrefix("/"), !location.hasPrefix("//") {
      return FetchAddress("https://\(host.contains(":") ? "[\(host)]" : host):\(port)\(location)")
    }
    return FetchAddress(location)
  }

  public var request: [UInt8] {
    let name = host.contains(":") ? "[\(host)]" : host
    let lines = [
      "GET \(path) HTTP/1.1", "Host: \(name)\(port == 443 ? "" : ":\(port)")", "User-Agent: Offhook",
      "Accept: application/pkix-cert, application/x-pem-file, application/pem-certificate-chain, */*;q=0.1", "Connection: close",
    ]
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }
}

extension IPAddress {
  /// 169.254.0.0/16 and fe80::/10, and IPv6 addresses that wrap the former: where machines of a cloud ask about themselves. No
  /// certificate is ever fetched from there.
  public var isLinkLocal: Bool {
    switch self {
    case .v4(let bits): bits >> 16 == 0xA9FE
    case .v6(let high, let low): high >> 54 == 0x3FA || (high == 0 && low >> 16 == 0xFFFF_A9FE)
    }
  }

  /// Whether a stranger may make us connect there: an address of the public Internet, and none of this machine, of the local
  /// network, of a private network or of a kind that leads to one (RFC 6890).
  public var isPublic: Bool {
    switch self {
    case .v4(let bits):
      let blocks: [(UInt32, Int)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
        (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16), (0xC612_0000, 15), (0xC633_6400, 24),
        (0xCB00_7100, 24), (0xE000_0000, 3),
      ]
      return !blocks.contains { block, length in bits >> UInt32(32 - length) == block >> UInt32(32 - length) }
    case .v6(let high, let low):
      // Only 2000::/3 is public, and of that not what wraps IPv4 addresses or is for documents.
      guard high >> 61 == 1 else {
        // ::ffff:a.b.c.d and 64:ff9b::a.b.c.d are what they wrap.
        if high == 0, low >> 32 == 0xFFFF { return IPAddress.v4(UInt32(truncatingIfNeeded: low)).isPublic }
        if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 { return IPAddress.v4(UInt32(truncatingIfNeeded: low)).isPublic }
        return false
      }
      if high >> 48 == 0x2002 { return IPAddress.v4(UInt32(truncatingIfNeeded: high >> 16)).isPublic }
      return high >> 32 != 0x2001_0000 && high >> 32 != 0x2001_0DB8 && high >> 36 != 0x200_1001 && high >> 36 != 0x200_1002
    }
  }
}
