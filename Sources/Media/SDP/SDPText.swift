/// Small text helpers that the standard library leaves to Foundation.
enum SDPText {
  static func trim(_ text: some StringProtocol) -> String {
    let bytes = Array(text.utf8)
    let isSpace = { (byte: UInt8) in byte == 32 || byte == 9 }
    guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) }) else {
      return ""
    }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }

  static func words(_ text: some StringProtocol) -> [String] {
    text.split { $0 == " " || $0 == "\t" }.map { String($0) }
  }
}
