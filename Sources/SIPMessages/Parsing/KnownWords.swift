/// Words that nearly every message holds. Found by their bytes as one number (the first one lowest), they cost no new String. The
/// words are those in the lines they stand on; a test goes through all of them.
enum KnownWords {
  /// The method that the bytes at those offsets spell.
  static func method(_ bytes: ArraySlice<UInt8>, _ range: Range<Int>) -> Method {
    if range.count <= 8 {
      switch bytes.span.shortWord(range) {
      case 0x455449564E49: return Method("INVITE")
      case 0x4B4341: return Method("ACK")
      case 0x455942: return Method("BYE")
      case 0x4C45434E4143: return Method("CANCEL")
      case 0x5245545349474552: return Method("REGISTER")
      case 0x534E4F4954504F: return Method("OPTIONS")
      case 0x4B43415250: return Method("PRACK")
      case 0x455441445055: return Method("UPDATE")
      case 0x4F464E49: return Method("INFO")
      case 0x5245464552: return Method("REFER")
      case 0x594649544F4E: return Method("NOTIFY")
      case 0x4547415353454D: return Method("MESSAGE")
      default: break
      }
    }
    return Method(String(decoding: bytes[Piece(range)], as: UTF8.self))
  }

  /// `UDP`, `TCP`, `TLS` or whatever the bytes spell.
  static func transport(_ bytes: ArraySlice<UInt8>) -> String {
    if bytes.count == 3 {
      switch bytes.span.shortWord(0..<3) {
      case 0x504455: return "UDP"
      case 0x504354: return "TCP"
      case 0x534C54: return "TLS"
      default: break
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `SIP/2.0` or whatever the bytes spell.
  static func version(_ bytes: [UInt8], _ range: Range<Int>) -> String {
    if range.count == 7, bytes.span.shortWord(range) == 0x302E322F504953 { return "SIP/2.0" }
    return String(decoding: bytes[range], as: UTF8.self)
  }
}
