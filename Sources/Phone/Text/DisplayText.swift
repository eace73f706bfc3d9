/// The one place where text that others wrote becomes text that may be shown.
///
/// A display name can hold escape sequences that write over the screen, direction marks that turn an address around, and ticks or
/// shields that look like our own marks of trust. What leaves here is one line of printing characters, of bounded length.
public enum DisplayText {
  /// Longest text shown of a name, in Unicode scalars.
  public static let longestName = 64
  /// Longest address shown, in Unicode scalars.
  public static let longestAddress = 128

  /// One of our own sentences, bounded, as a part of another one: without its full stop, its first letter small unless that of an
  /// abbreviation; nil when nothing is left.
  static func clause(_ sentence: String, to limit: Int = 200) -> String? {
    let words = sentence.hasSuffix(".") ? sentence.dropLast() : sentence[...]
    let isWord = words.dropFirst().first?.isLowercase == true
    return bounded(isWord ? words.prefix(1).lowercased() + words.dropFirst() : String(words), to: limit)
  }

  /// `text` without everything that does not print or that imitates our marks, white space folded, cut to `limit` scalars of
  /// which the last is then an ellipsis; nil when nothing is left.
  public static func bounded(_ text: String, to limit: Int = longestName) -> String? {
    if isPlain(text), text.utf8.count <= limit { return text }
    var result = String.UnicodeScalarView()
    var count = 0
    var gap = false
    var marks = 0
    // As much as may stay when more comes than fits: letters with all their accents, and room for the ellipsis.
    var whole = 0
    // Input is bounded too: a 64 KiB name is cut, not walked.
    for scalar in text.unicodeScalars.prefix(limit * 8) {
      guard let kind = kind(of: scalar) else { continue }
      switch kind {
      case .blank:
        gap = count > 0
        continue
      case .mark:
        // A letter carries a few accents; a tower of them climbs over other lines.
        marks += 1
        if marks > 3 || count == 0 { continue }
      case .letter:
        marks = 0
        if count < limit { whole = count }
      }
      guard count + (gap ? 1 : 0) < limit else {
        result = String.UnicodeScalarView(result.prefix(whole)) + ["…"]
        break
      }
      if gap {
        result.append(" ")
        count += 1
        gap = false
      }
      result.append(scalar)
      count += 1
    }
    return result.isEmpty ? nil : String(result)
  }

  /// Printing ASCII with single spaces inside: most names and addresses, and nothing has to be done to them.
  private static func isPlain(_ text: String) -> Bool {
    var last: UInt8 = 0x20
    for byte in text.utf8 {
      guard (0x20...0x7E).contains(byte), byte != 0x20 || last != 0x20 else { return false }
      last = byte
    }
    return last != 0x20
  }

  /// Several lines, for a trace: line ends stay, everything else that does not print becomes a middle dot.
  static func lines(_ bytes: some Sequence<UInt8>) -> String {
    var result = String.UnicodeScalarView()
    for scalar in String(decoding: Array(bytes), as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x0A: result.append(scalar)
      case 0x0D: continue
      case 0x09: result.append(" ")
      case 0x20...0x7E: result.append(scalar)
      default: result.append(isPrinting(scalar) ? scalar : "·")
      }
    }
    return String(result)
  }

  private enum Kind { case letter, mark, blank }

  private static func kind(of scalar: Unicode.Scalar) -> Kind? {
    switch scalar.value {
    case 0x21...0x7E: return .letter
    case 0x09, 0x0A, 0x0D, 0x20: return .blank
    case 0..<0x20, 0x7F: return nil
    default: break
    }
    switch scalar.properties.generalCategory {
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: return .blank
    case .nonspacingMark, .enclosingMark, .spacingMark: return .mark
    default: return isPrinting(scalar) && !imitates(scalar) ? .letter : nil
    }
  }

  private static func isPrinting(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    // Format characters are the direction marks, the joiners and the invisible tags.
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: !scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  /// Ticks, crosses, shields, locks and keys: the screens use such signs to say what was checked.
  private static func imitates(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x2611, 0x2612, 0x2705, 0x2713...0x2718, 0x274C, 0x274E, 0x237B, 0x221A, 0xAA9C, 0x10102, 0x1F5F4...0x1F5F9, 0x1F197: true
    case 0x26C9, 0x26CA, 0x26E8, 0x1F6E1, 0x1F530, 0x1F50F...0x1F513, 0x1F5DD, 0x26BF, 0x1F396, 0x1F3C5: true
    default: false
    }
  }
}

extension StringProtocol {
  /// Without spaces and tabs at either end.
  var trimmingBlanks: Substring {
    let start = firstIndex { !$0.isWhitespace } ?? endIndex
    guard start < endIndex, let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return Substring(self[start...last])
  }
}
