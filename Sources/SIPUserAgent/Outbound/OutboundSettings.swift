/// What makes a registration one flow of several (RFC 5626 section 4.2). Registrations with the same address of record and the same
/// instance are the flows of one account.
public struct OutboundSettings: Hashable, Sendable {
  /// The instance-id: a URN that is this installation's and nobody else's, `urn:uuid:…`, the same after every start and in every
  /// network. Without angle brackets.
  public var instance: String
  /// The `reg-id`: from 1, the same for the same flow after every start.
  public var flow: UInt32

  /// 2^31 - 1 (RFC 5626 section 10).
  public static let greatestFlow: UInt32 = 0x7FFF_FFFF

  public init(instance: String, flow: UInt32) {
    self.instance = instance
    self.flow = min(max(flow, 1), Self.greatestFlow)
  }

  /// As it stands in `+sip.instance`, without the quotes: the URN in angle brackets. Registrars compare it letter by letter.
  var instanceValue: String { "<\(instance)>" }

  /// A random UUID as a URN (RFC 9562 section 5.4), for a new installation.
  /// - Parameter octets: 16 of them; 122 of their bits are kept.
  public static func makeInstance(from octets: [UInt8]) -> String {
    var octets = Array(octets.prefix(16)) + Array(repeating: 0, count: max(0, 16 - octets.count))
    octets[6] = octets[6] & 0x0F | 0x40
    octets[8] = octets[8] & 0x3F | 0x80
    let digits = Array("0123456789abcdef")
    var text = "urn:uuid:"
    for (place, octet) in octets.enumerated() {
      if [4, 6, 8, 10].contains(place) { text.append("-") }
      text.append(digits[Int(octet >> 4)])
      text.append(digits[Int(octet & 15)])
    }
    return text
  }

  /// Whether a text is a UUID URN as this phone writes them. Only those are taken: "If a URN scheme other than UUID is used, the UA
  /// MUST only use URNs for which an IETF RFC defines how the specific URN needs to be constructed" (section 4.1).
  public static func isInstance(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    let prefix = Array("urn:uuid:".utf8)
    guard bytes.count == prefix.count + 36, bytes.starts(with: prefix) else { return false }
    return bytes.dropFirst(prefix.count).enumerated().allSatisfy { place, byte in
      if [8, 13, 18, 23].contains(place) { return byte == UInt8(ascii: "-") }
      return (48...57).contains(byte) || (97...102).contains(byte)
    }
  }
}
