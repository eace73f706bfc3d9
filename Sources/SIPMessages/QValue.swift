/// A preference from 0 to 1 with up to three decimals (RFC 3261 section 25.1, qvalue), counted in thousandths so that it compares
/// exactly.
public enum QValue {
  /// nil for what is no qvalue.
  public static func parse(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, first == 0x30 || first == 0x31 else { return nil }
    guard bytes.count > 1 else { return first == 0x31 ? 1000 : 0 }
    guard bytes[1] == 0x2E, bytes.count <= 5 else { return nil }
    var thousandths = first == 0x31 ? 1000 : 0
    var weight = 100
    for byte in bytes[2...] {
      guard byte.isDigit else { return nil }
      thousandths += Int(byte - 48) * weight
      weight /= 10
    }
    return thousandths <= 1000 ? thousandths : nil
  }

  /// `0.5`, `1`, `0.125`.
  public static func text(_ thousandths: Int) -> String {
    let value = min(max(thousandths, 0), 1000)
    guard value % 1000 != 0 else { return value == 0 ? "0" : "1" }
    var digits = String(value)
    while digits.utf8.count < 3 { digits = "0" + digits }
    while digits.hasSuffix("0") { digits.removeLast() }
    return "0." + digits
  }
}
