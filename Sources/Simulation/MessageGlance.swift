/// The little of a message that a ladder and the checkers look at, read straight from the bytes and independent of the parser that
/// is under test.
public struct MessageGlance: Hashable, Sendable {
  /// The method of a request, nil for a response.
  public private(set) var method: String?
  /// The status code of a response, nil for a request.
  public private(set) var status: Int?
  public private(set) var reason = ""
  public private(set) var requestURI = ""
  /// The CSeq's number and method.
  public private(set) var sequence = 0
  public private(set) var sequenceMethod = ""
  public private(set) var callID = ""
  public private(set) var fromTag = ""
  public private(set) var toTag = ""
  /// The topmost Via's branch.
  public private(set) var branch = ""
  public private(set) var hasBody = false

  /// nil for keep-alives and for anything that does not begin like a SIP message.
  public init?(_ bytes: [UInt8]) {
    guard let end = Self.find([13, 10, 13, 10], in: bytes) ?? (bytes.count > 20 ? bytes.count : nil) else { return nil }
    let lines = bytes[..<end].split(separator: 10).map { String(decoding: $0.last == 13 ? $0.dropLast() : $0, as: UTF8.self) }
    guard let first = lines.first else { return nil }
    hasBody = bytes.count > end + 4
    let words = first.split(separator: " ", maxSplits: 2)
    if words.first == "SIP/2.0", words.count >= 2, let code = Int(words[1]) {
      status = code
      reason = words.count > 2 ? String(words[2]) : ""
    } else if words.count == 3, words[2] == "SIP/2.0" {
      method = String(words[0])
      requestURI = String(words[1])
    } else {
      return nil
    }
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let name = line[..<colon].lowercased()
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      switch name {
      case "cseq":
        let parts = value.split(separator: " ")
        sequence = parts.first.flatMap { Int($0) } ?? 0
        sequenceMethod = parts.count > 1 ? String(parts[1]) : ""
      case "call-id", "i": callID = String(value)
      case "from", "f": fromTag = Self.parameter("tag", of: value)
      case "to", "t": toTag = Self.parameter("tag", of: value)
      case "via", "v": if branch.isEmpty { branch = Self.parameter("branch", of: value) }
      default: break
      }
    }
  }

  /// `INVITE sdp`, `200 OK (BYE)`: what stands on a ladder's arrow.
  public var label: String {
    let body = hasBody ? " +" : ""
    if let method { return method + body }
    let about = sequenceMethod == "INVITE" ? "" : " (\(sequenceMethod))"
    return "\(status ?? 0) \(reason)\(about)\(body)"
  }

  private static func parameter(_ name: String, of value: Substring) -> String {
    for part in value.split(separator: ";").dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1)
      if pair.count == 2, pair[0].filter({ $0 != " " }).lowercased() == name {
        return String(pair[1].prefix { $0 != "," && $0 != " " && $0 != ">" })
      }
    }
    return ""
  }

  private static func find(_ pattern: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= pattern.count else { return nil }
    return (0...bytes.count - pattern.count).first { bytes[$0..<$0 + pattern.count].elementsEqual(pattern) }
  }
}
