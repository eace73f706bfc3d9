/// A set of ASCII characters as two words, one bit each. No byte above 127 is ever in one.
struct ByteSet: Sendable {
  private let low: UInt64
  private let high: UInt64

  init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    // Without a jump: letters and digits change places too often to be guessed.
    let word = byte & 0x40 == 0 ? low : high
    return word &>> UInt64(byte & 0x3F) & ~UInt64(byte) &>> 7 & 1 == 1
  }

  // RFC 3261 section 25.1. Computed, not stored: the compiler folds them into the instruction, a global would be loaded with a
  // check.

  /// `token`: letters, digits and - . ! % * _ + ` ' ~
  static var token: ByteSet { ByteSet(low: 0x03FF_6CA2_0000_0000, high: 0x47FF_FFFF_87FF_FFFE) }
  /// `word`, of which Call-ID is made.
  static var word: ByteSet { ByteSet(low: 0xD7FF_EFA6_0000_0000, high: 0x6FFF_FFFF_BFFF_FFFE) }
  /// `hostname`, and the underscore that real names hold.
  static var host: ByteSet { ByteSet(low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE) }
  /// `user`: unreserved, user-unreserved and the percent of an escape.
  static var user: ByteSet { ByteSet(low: 0xABFF_FFF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }
  /// `password`.
  static var password: ByteSet { ByteSet(low: 0x23FF_7FF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }
  /// `paramchar` of a URI.
  static var uriParameter: ByteSet { ByteSet(low: 0x07FF_EFF2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFE) }
  /// `hnv-unreserved` and unreserved: names and values of a URI's headers.
  static var uriHeader: ByteSet { ByteSet(low: 0x87FF_EFB2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFE) }
  /// Any character a URI may hold.
  static var uri: ByteSet { ByteSet(low: 0xAFFF_FFFA_0000_0000, high: 0x47FF_FFFE_AFFF_FFFF) }
  /// What an unquoted parameter value may hold: wider than `token` and `host`, since `=`, `/`, `@` and others arrive in practice.
  static var parameterValue: ByteSet { ByteSet(low: 0xA7FF_EFFA_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF) }
  /// What an unquoted display name may hold: wider than the tokens and blanks of the RFC, but never a comma, semicolon, quote or
  /// angle.
  static var displayName: ByteSet { ByteSet(low: 0xA7FF_EFFB_0000_0200, high: 0x7FFF_FFFF_FFFF_FFFF) }
  /// `scheme`.
  static var scheme: ByteSet { ByteSet(low: 0x03FF_6800_0000_0000, high: 0x07FF_FFFE_07FF_FFFE) }
  /// `unreserved`: letters, digits and - _ . ! ~ * ' ( )
  static var unreserved: ByteSet { ByteSet(low: 0x03FF_6782_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }
}

extension UInt8 {
  @inline(__always)
  var isDigit: Bool { self &- 48 < 10 }

  /// Space, tab, and the line ends of a folded value.
  @inline(__always)
  var isLinearWhitespace: Bool { self <= 0x20 && 0x1_0000_2600 &>> UInt64(self) & 1 == 1 }

  /// The value of a hexadecimal digit, nil for any other character.
  var hexadecimalValue: UInt8? {
    switch self {
    case 48...57: self - 48
    case 65...70: self - 55
    case 97...102: self - 87
    default: nil
    }
  }

  /// The letter in lower case, any other byte as it is.
  @inline(__always)
  var lowercasedASCII: UInt8 { self &- 65 < 26 ? self | 0x20 : self }
}
