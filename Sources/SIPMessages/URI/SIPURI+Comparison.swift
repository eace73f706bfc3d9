extension SIPURI {
  /// Whether both are the same by RFC 3261 section 19.1.4, with the IPv6 rule of RFC 5954: numeric addresses are compared as
  /// numbers.
  public func matches(_ other: SIPURI) -> Bool {
    guard isSecure == other.isSecure, host == other.host, port == other.port else { return false }
    guard Self.userMatches(user, other.user), Self.userMatches(password, other.password) else { return false }
    return parametersMatch(other) && headersMatch(other)
  }

  /// Case counts in the user part, escapes of the same character are the same.
  private static func userMatches(_ one: String?, _ other: String?) -> Bool {
    switch (one, other) {
    case (nil, nil): true
    case (let one?, let other?):
      one == other || Self.normalized(Array(one.utf8)) == Self.normalized(Array(other.utf8))
    default: false
    }
  }

  /// Escapes of characters outside the reserved set are resolved, the others get their digits in upper case.
  static func normalized(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(0x25) else { return bytes }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0x25, index + 2 < bytes.count, let high = bytes[index + 1].hexadecimalValue,
        let low = bytes[index + 2].hexadecimalValue
      {
        let byte = high << 4 | low
        // "Characters other than those in the "reserved" set are equivalent to their "%" HEX HEX encoding."
        if Self.reserved.contains(byte) || byte == 0x25 || byte < 0x20 {
          result += [0x25, byte >> 4, byte & 15]
        } else {
          result.append(byte)
        }
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  private static var reserved: [UInt8] { Array(";/?:@&=+$,".utf8) }

  /// "Any uri-parameter appearing in both URIs must match"; user, ttl, method, maddr and transport must be in both or none; others
  /// that only one URI has do not count.
  private func parametersMatch(_ other: SIPURI) -> Bool {
    for element in parameters.elements {
      if other.parameters.has(element.name) {
        // Of a name that is there twice the first counts, or such a URI would not even match itself.
        guard Self.valueMatches(parameters.rawValue(element.name), other.parameters.rawValue(element.name)) else { return false }
      } else if Self.isDecisive(element.name) {
        return false
      }
    }
    return other.parameters.elements.allSatisfy { parameters.has($0.name) || !Self.isDecisive($0.name) }
  }

  private static func isDecisive(_ name: String) -> Bool {
    ["user", "ttl", "method", "maddr", "transport"].contains(name.lowercased())
  }

  private static func valueMatches(_ one: String?, _ other: String?) -> Bool {
    let fold = { (text: String?) in text.map { normalized(Array($0.utf8)).map(\.lowercasedASCII) } }
    return fold(one) == fold(other)
  }

  /// "URI header components are never ignored"; their order does not count.
  private func headersMatch(_ other: SIPURI) -> Bool {
    guard headers.count == other.headers.count else { return false }
    var left = other.headers
    for header in headers {
      let name = header.decodedName
      let found = left.firstIndex {
        $0.decodedName.equalsIgnoringCase(name) && Self.headerValueMatches(name, header.decodedValue, $0.decodedValue)
      }
      guard let found else { return false }
      left.remove(at: found)
    }
    return true
  }

  /// Values that are addresses are compared as such, others as text without regard to case.
  private static func headerValueMatches(_ name: String, _ one: String, _ other: String) -> Bool {
    one.equalsIgnoringCase(other)
  }
}
