/// A SIP message as lines of text, for peers that do with it what no honest parser would let them.
struct RawMessage: Sendable {
  var startLine: String
  var fields: [(name: String, value: String)] = []
  var body = ""

  init(startLine: String) {
    self.startLine = startLine
  }

  /// nil for what has no line at all.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    guard let first = lines.first, first.contains("SIP/2.0") else { return nil }
    startLine = String(first)
    var index = 1
    while index < lines.count, !lines[index].isEmpty {
      if let colon = lines[index].firstIndex(of: ":") {
        let value = lines[index][lines[index].index(after: colon)...].drop { $0 == " " }
        fields.append((String(lines[index][..<colon]), String(value)))
      }
      index += 1
    }
    body = lines.dropFirst(index + 1).joined(separator: "\r\n")
  }

  /// nil for a response.
  var method: String? {
    let words = startLine.split(separator: " ")
    return words.first == "SIP/2.0" ? nil : words.first.map(String.init)
  }

  /// nil for a request.
  var status: Int? {
    let words = startLine.split(separator: " ")
    return words.first == "SIP/2.0" && words.count > 1 ? Int(words[1]) : nil
  }

  func values(_ name: String) -> [String] { fields.filter { $0.name.lowercased() == name }.map(\.value) }

  func value(_ name: String) -> String? { fields.first { $0.name.lowercased() == name }?.value }

  var callID: String { value("call-id") ?? "" }

  var sequence: (number: Int, method: String) {
    let words = (value("cseq") ?? "").split(separator: " ")
    return (words.first.flatMap { Int($0) } ?? 0, words.count > 1 ? String(words[1]) : "")
  }

  func tag(of name: String) -> String? { value(name).flatMap { Self.tag(in: $0) } }

  static func tag(in value: String) -> String? {
    for part in value.split(separator: ";").dropFirst() where part.hasPrefix("tag=") { return String(part.dropFirst(4)) }
    return nil
  }

  /// What stands between the angle brackets of the first Contact.
  var contactURI: String? {
    guard let value = value("contact"), let start = value.firstIndex(of: "<"), let end = value.firstIndex(of: ">"), start < end
    else {
      return nil
    }
    return String(value[value.index(after: start)..<end])
  }

  var bytes: [UInt8] {
    var text = startLine + "\r\n"
    for field in fields where field.name.lowercased() != "content-length" { text += "\(field.name): \(field.value)\r\n" }
    return Array((text + "Content-Length: \(body.utf8.count)\r\n\r\n" + body).utf8)
  }
}
