import Media
import Testing

@Suite("ITU-T G.711 (RFC 3551 section 4.5.14)")
struct G711Tests {
  @Test("Mu-law decodes the known ends and middles of its segments")
  func muLawValues() {
    #expect(G711.decodeMuLaw(0xFF) == 0)
    #expect(G711.decodeMuLaw(0x7F) == 0)
    #expect(G711.decodeMuLaw(0x80) == 32_124)
    #expect(G711.decodeMuLaw(0x00) == -32_124)
    #expect(G711.decodeMuLaw(0xFE) == 8)
    #expect(G711.decodeMuLaw(0xF0) == 120)
    #expect(G711.decodeMuLaw(0xEF) == 132)
    #expect(G711.decodeMuLaw(0x8F) == 16_764)
  }

  @Test("A-law decodes the known ends and middles of its segments")
  func aLawValues() {
    #expect(G711.decodeALaw(0xD5) == 8)
    #expect(G711.decodeALaw(0x55) == -8)
    #expect(G711.decodeALaw(0xAA) == 32_256)
    #expect(G711.decodeALaw(0x2A) == -32_256)
    #expect(G711.decodeALaw(0x80) == 5504)
    #expect(G711.decodeALaw(0xC5) == 264)
  }

  @Test("Silence and full scale are encoded as the tables say")
  func encoded() {
    #expect(G711.encodeMuLaw(0) == 0xFF)
    #expect(G711.encodeMuLaw(.max) == 0x80)
    #expect(G711.encodeMuLaw(.min) == 0x00)
    #expect(G711.encodeALaw(0) == 0xD5)
    #expect(G711.encodeALaw(-1) == 0x55)
    #expect(G711.encodeALaw(.max) == 0xAA)
    #expect(G711.encodeALaw(.min) == 0x2A)
  }

  @Test("Every byte survives decoding and encoding, but for the negative zero of mu-law")
  func roundTrip() {
    for byte in UInt8.min ... .max {
      #expect(G711.encodeALaw(G711.decodeALaw(byte)) == byte)
      if byte != 0x7F { #expect(G711.encodeMuLaw(G711.decodeMuLaw(byte)) == byte) }
    }
  }

  @Test("No sample is off by more than half a step of its segment")
  func accuracy() {
    for value in stride(from: -32_000, through: 32_000, by: 7) {
      let step = max(abs(value) / 16, 16)
      #expect(abs(Int(G711.decodeMuLaw(G711.encodeMuLaw(Int16(value)))) - value) <= step / 2 + 8)
      #expect(abs(Int(G711.decodeALaw(G711.encodeALaw(Int16(value)))) - value) <= step / 2 + 8)
    }
  }
}
