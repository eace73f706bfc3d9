public import SansIO

/// A STUN message (RFC 8489 section 5), as far as RFC 5626 section 8 needs it: Binding, over the UDP flow that SIP uses.
///
/// Pure bytes to value and back. Nothing of it is believed beyond what it says: whether somebody waits for it is the flow's affair.
public struct STUNMessage: Hashable, Sendable {
  public enum Kind: UInt16, Hashable, Sendable {
    case request = 0x0000
    case indication = 0x0010
    case success = 0x0100
    case failure = 0x0110
  }

  /// What tells STUN of RFC 5389 and later from anything else.
  static let cookie: UInt32 = 0x2112_A442
  private static let binding: UInt16 = 1
  private static let headLength = 20
  private static let fingerprintMask: UInt32 = 0x5354_554E

  private enum Attribute {
    static let errorCode: UInt16 = 0x0009
    static let mappedAddress: UInt16 = 0x0001
    static let xorMappedAddress: UInt16 = 0x0020
    static let fingerprint: UInt16 = 0x8028
    /// Those of RFC 8489 that may be passed over in a response without a word.
    static let harmless: [UInt16] = [0x0006, 0x0008, 0x000A, 0x0014, 0x0015, 0x001C, 0x001D, 0x001E]
  }

  public var kind: Kind
  /// 96 bits: 12 octets.
  public var transactionID: [UInt8]
  /// XOR-MAPPED-ADDRESS: how the sender of the request looked from the server; nil when the message says nothing about it.
  public var mappedAddress: SocketAddress?
  /// ERROR-CODE, from 300 to 699; nil when there is none.
  public var errorCode: Int?
  /// True when the message ends, or is to end, with FINGERPRINT.
  public var hasFingerprint: Bool

  public init(
    _ kind: Kind, transactionID: [UInt8], mappedAddress: SocketAddress? = nil, errorCode: Int? = nil, hasFingerprint: Bool = false
  ) {
    self.kind = kind
    self.transactionID = transactionID
    self.mappedAddress = mappedAddress
    self.errorCode = errorCode
    self.hasFingerprint = hasFingerprint
  }

  /// A Binding request that nobody can guess.
  static func request(_ random: inout RandomSource) -> STUNMessage {
    let high = random.nextUInt64()
    let low = random.nextUInt64()
    let bits =
      (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - $0 * 8)) } + (0..<4).map { UInt8(truncatingIfNeeded: low >> ($0 * 8)) }
    return STUNMessage(.request, transactionID: bits)
  }

  /// Whether a datagram is meant as STUN: "the first octet of a STUN Binding method has a value of 0 or 1, while the first octet of
  /// a SIP message is never a 0 or 1" (RFC 5626 section 8).
  static func isMeant(by bytes: [UInt8]) -> Bool {
    bytes.count >= headLength && (bytes.first ?? 0xFF) < 2
  }

  /// Reads a whole datagram; nil when it is no Binding of RFC 8489 from its first octet to its last, when its FINGERPRINT is wrong,
  /// or when it holds something that must be understood and is not.
  public init?(parsing bytes: [UInt8]) {
    guard bytes.count >= Self.headLength, bytes.count % 4 == 0 else { return nil }
    let type = Self.number(bytes, 0)
    guard type & 0xFEEF == Self.binding, let kind = Kind(rawValue: type & 0x0110),
      Int(Self.number(bytes, 2)) == bytes.count - Self.headLength, Self.word(bytes, 4) == Self.cookie
    else { return nil }
    self.init(kind, transactionID: Array(bytes[8..<20]))
    var place = Self.headLength
    while place < bytes.count {
      // After FINGERPRINT nothing may come (section 14.7).
      guard !hasFingerprint, place + 4 <= bytes.count else { return nil }
      let attribute = Self.number(bytes, place)
      let length = Int(Self.number(bytes, place + 2))
      let end = place + 4 + length
      guard end <= bytes.count else { return nil }
      guard take(attribute, bytes[(place + 4)..<end], at: place, in: bytes) else { return nil }
      place = end + (4 - length % 4) % 4
    }
    guard place == bytes.count else { return nil }
  }

  /// False when the message is worth nothing because of this attribute.
  private mutating func take(_ attribute: UInt16, _ value: ArraySlice<UInt8>, at place: Int, in bytes: [UInt8]) -> Bool {
    switch attribute {
    case Attribute.xorMappedAddress:
      guard let address = address(from: Array(value)) else { return false }
      // The first one counts (section 14).
      if mappedAddress == nil { mappedAddress = address }
    case Attribute.errorCode:
      guard value.count >= 4 else { return false }
      let bytes = Array(value.prefix(4))
      guard (3...6).contains(bytes[2] & 7), bytes[3] < 100 else { return false }
      if errorCode == nil { errorCode = Int(bytes[2] & 7) * 100 + Int(bytes[3]) }
    case Attribute.fingerprint:
      guard value.count == 4, Self.word(Array(value), 0) == Self.checksum(of: bytes[..<place]) ^ Self.fingerprintMask else {
        return false
      }
      hasFingerprint = true
    case Attribute.mappedAddress:
      // What middleboxes rewrite: XOR-MAPPED-ADDRESS was made because of that.
      break
    case 0x8000...: break
    default: return Attribute.harmless.contains(attribute)
    }
    return true
  }

  public func serialized() -> [UInt8] {
    var body: [UInt8] = []
    if let mappedAddress { Self.append(Attribute.xorMappedAddress, octets(of: mappedAddress), to: &body) }
    if let errorCode {
      Self.append(Attribute.errorCode, [0, 0, UInt8(clamping: errorCode / 100), UInt8(clamping: errorCode % 100)], to: &body)
    }
    let length = body.count + (hasFingerprint ? 8 : 0)
    var bytes = Self.octets(kind.rawValue | Self.binding) + Self.octets(UInt16(clamping: length)) + Self.octets(Self.cookie)
    bytes += transactionID.prefix(12) + Array(repeating: 0, count: max(0, 12 - transactionID.count)) + body
    if hasFingerprint {
      let sum = Self.checksum(of: bytes[...]) ^ Self.fingerprintMask
      Self.append(Attribute.fingerprint, Self.octets(sum), to: &bytes)
    }
    return bytes
  }

  // MARK: Addresses

  /// Section 14.2: the address is mixed with the cookie, and an IPv6 one with the transaction's number too.
  private var mask: [UInt8] { Self.octets(Self.cookie) + transactionID }

  private func address(from value: [UInt8]) -> SocketAddress? {
    guard value.count >= 4 else { return nil }
    let port = Self.number(value, 2) ^ UInt16(Self.cookie >> 16)
    let plain = zip(value.dropFirst(4), mask).map { $0 ^ $1 }
    switch (value[1], value.count) {
    case (1, 8): return SocketAddress(.v4(plain.reduce(0) { $0 << 8 | UInt32($1) }), port: port)
    case (2, 20):
      let half = { (part: ArraySlice<UInt8>) in part.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
      return SocketAddress(.v6(high: half(plain[0..<8]), low: half(plain[8..<16])), port: port)
    default: return nil
    }
  }

  private func octets(of address: SocketAddress) -> [UInt8] {
    let plain: [UInt8] =
      switch address.address {
      case .v4(let bits): Self.octets(bits)
      case .v6(let high, let low): [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - $0 * 8)) } }
      }
    return [0, address.address.isV6 ? 2 : 1] + Self.octets(address.port ^ UInt16(Self.cookie >> 16))
      + zip(plain, mask).map { $0 ^ $1 }
  }

  // MARK: Octets

  private static func append(_ attribute: UInt16, _ value: [UInt8], to bytes: inout [UInt8]) {
    bytes += octets(attribute) + octets(UInt16(clamping: value.count)) + value
    bytes += Array(repeating: 0, count: (4 - value.count % 4) % 4)
  }

  private static func octets(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }

  private static func octets(_ word: UInt32) -> [UInt8] {
    [UInt8(word >> 24), UInt8(word >> 16 & 0xFF), UInt8(word >> 8 & 0xFF), UInt8(word & 0xFF)]
  }

  private static func number(_ bytes: [UInt8], _ place: Int) -> UInt16 { UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]) }

  private static func word(_ bytes: [UInt8], _ place: Int) -> UInt32 {
    UInt32(number(bytes, place)) << 16 | UInt32(number(bytes, place + 2))
  }

  /// CRC-32 of ISO 3309 (RFC 8489 section 14.7). A keep-alive every half minute needs no table.
  private static func checksum(of bytes: ArraySlice<UInt8>) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
