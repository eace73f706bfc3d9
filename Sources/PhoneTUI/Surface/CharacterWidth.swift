/// How many columns of a terminal a scalar takes, after Unicode's East Asian Width, as the C library and terminals see it.
enum CharacterWidth {
  enum Kind: Hashable { case forbidden, mark, narrow, wide }

  /// `forbidden` are scalars that would move the cursor, turn the writing direction or mean nothing: they never reach a terminal.
  static func kind(of scalar: Unicode.Scalar) -> Kind {
    let value = scalar.value
    if value < 0x7F { return value < 0x20 ? .forbidden : .narrow }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return .forbidden
    case .nonspacingMark, .enclosingMark: return .mark
    default: break
    }
    // The vowels and final consonants of decomposed Hangul sit in the cell of the first consonant.
    if (0x1160...0x11FF).contains(value) { return .mark }
    if value < 0x1100 { return .narrow }
    // Each half of a flag is narrow by itself.
    if (0x1F1E6...0x1F1FF).contains(value) { return .narrow }
    for range in wideRanges where range.contains(value) { return .wide }
    return scalar.properties.isEmojiPresentation ? .wide : .narrow
  }

  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x20000...0x3FFFD,
  ]
}
