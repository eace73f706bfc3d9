import SIPUserAgent
import SansIO
import Testing

@Suite("STUN on the SIP flow (RFC 8489, RFC 5626 section 8)")
struct STUNMessageTests {
  private static let id: [UInt8] = [0xB7, 0xE7, 0xA7, 0x01, 0xBC, 0x34, 0xD6, 0x86, 0xFA, 0x87, 0xDF, 0xAE]

  @Test("A request without attributes is twenty octets, with the magic cookie and its own number")
  func request() {
    let bytes = STUNMessage(.request, transactionID: Self.id).serialized()
    #expect(bytes == [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + Self.id)
    #expect(STUNMessage(parsing: bytes)?.kind == .request)
  }

  @Test("The answer of RFC 5769 section 2.2 is read: 192.0.2.1:32853")
  func sample() {
    let answer: [UInt8] =
      [0x01, 0x01, 0x00, 0x3C, 0x21, 0x12, 0xA4, 0x42] + Self.id
      + [0x80, 0x22, 0x00, 0x0B] + Array("test vector ".utf8)
      + [0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xA1, 0x47, 0xE1, 0x12, 0xA6, 0x43]
      + [
        0x00, 0x08, 0x00, 0x14, 0x2B, 0x91, 0xF5, 0x99, 0xFD, 0x9E, 0x90, 0xC3, 0x8C, 0x74, 0x89, 0xF9, 0x2A, 0xF9, 0xBA, 0x53,
        0xF0, 0x6B, 0xE7, 0xD7,
      ]
      + [0x80, 0x28, 0x00, 0x04, 0xC0, 0x7D, 0x4C, 0x96]
    let read = STUNMessage(parsing: answer)
    #expect(read?.kind == .success)
    #expect(read?.mappedAddress == SocketAddress(.v4(0xC000_0201), port: 32_853))
    #expect(read?.hasFingerprint == true)
  }

  @Test("Addresses of both families come back as they went, with and without FINGERPRINT")
  func roundTrip() {
    for address in [IPAddress.v4(0xC000_0201), .v6(high: 0x2001_0DB8_1234_5678, low: 0x0011_2233_4455_6677)] {
      for hasFingerprint in [false, true] {
        let message = STUNMessage(
          .success, transactionID: Self.id, mappedAddress: SocketAddress(address, port: 40_000), hasFingerprint: hasFingerprint)
        #expect(STUNMessage(parsing: message.serialized()) == message)
      }
    }
    let refusal = STUNMessage(.failure, transactionID: Self.id, errorCode: 420)
    #expect(STUNMessage(parsing: refusal.serialized())?.errorCode == 420)
  }

  @Test(
    "What is not a whole Binding message is none: cut off, with bytes behind it, another cookie, a false FINGERPRINT, unknown musts"
  )
  func refused() {
    let good = STUNMessage(
      .success, transactionID: Self.id, mappedAddress: SocketAddress(.v4(1), port: 2), hasFingerprint: true
    ).serialized()
    #expect(STUNMessage(parsing: good) != nil)
    for length in 0..<good.count { #expect(STUNMessage(parsing: Array(good.prefix(length))) == nil, "\(length) octets") }
    #expect(STUNMessage(parsing: good + [0, 0, 0, 0]) == nil)
    for place in good.indices where place < 8 || place >= 20 {
      var broken = good
      broken[place] ^= 0x40
      // One that is no FINGERPRINT any more may be passed over, but is no proof either.
      #expect(STUNMessage(parsing: broken)?.hasFingerprint != true, "octet \(place)")
    }
    var unknown = STUNMessage(.success, transactionID: Self.id).serialized() + [0x00, 0x7F, 0, 0]
    unknown[3] = 4
    #expect(STUNMessage(parsing: unknown) == nil)
  }

  @Test("No datagram of random octets is mistaken or does harm")
  func noise() {
    var random = RandomSource(seed: 5)
    for _ in 0..<5_000 {
      var bytes = (0..<Int(random.next(below: 80))).map { _ in UInt8(random.next(below: 256)) }
      if bytes.count >= 8 { bytes.replaceSubrange(0..<8, with: [1, 1, 0, UInt8(bytes.count - 8), 0x21, 0x12, 0xA4, 0x42]) }
      if let read = STUNMessage(parsing: bytes) { #expect(read.transactionID.count == 12) }
    }
  }
}
