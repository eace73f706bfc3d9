internal import SIPUserAgent

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
  /// The body is a session description.
  public private(set) var hasDescription = false
  /// A Contact holds the name that stands for an address which is not known yet.
  public private(set) var hasPlaceholder = false

  /// nil for keep-alives and for anything that does not begin like a SIP message.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count > 20 else { return nil }
    var start = bytes.startIndex
    var end = Self.endOfLine(bytes, from: start)
    guard readStartLine(bytes[start..<end.text]) else { return nil }
    while end.next < bytes.count {
      start = end.next
      end = Self.endOfLine(bytes, from: start)
      if start == end.text {
        hasBody = end.next < bytes.count
        break
      }
      read(bytes[start..<end.text])
    }
    hasDescription = hasDescription && hasBody
  }

  private mutating func readStartLine(_ line: ArraySlice<UInt8>) -> Bool {
    let words = line.split(separator: 0x20, maxSplits: 2)
    guard words.count >= 2 else { return false }
    let version = Array("SIP/2.0".utf8)
    if words[0].elementsEqual(version), let code = Int(String(decoding: words[1], as: UTF8.self)) {
      status = code
      reason = words.count > 2 ? String(decoding: words[2], as: UTF8.self) : ""
    } else if words.count == 3, words[2].elementsEqual(version) {
      method = String(decoding: words[0], as: UTF8.self)
      requestURI = String(decoding: words[1], as: UTF8.self)
    } else {
      return false
    }
    return true
  }

  /// Only the fields that are looked at are made into text; their first letters tell most of the others.
  private mutating func read(_ line: ArraySlice<UInt8>) {
    guard let first = line.first, let colon = line.firstIndex(of: 0x3A) else { return }
    switch first | 0x20 {
    case UInt8(ascii: "c"), UInt8(ascii: "f"), UInt8(ascii: "t"), UInt8(ascii: "v"), UInt8(ascii: "i"), UInt8(ascii: "m"): break
    default: return
    }
    let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
    let value = line[line.index(after: colon)...].drop { $0 == 0x20 }
    switch name {
    case "cseq":
      let parts = value.split(separator: 0x20)
      sequence = parts.first.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
      sequenceMethod = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
    case "call-id", "i": callID = String(decoding: value, as: UTF8.self)
    case "from", "f": fromTag = Self.parameter("tag", of: value)
    case "to", "t": toTag = Self.parameter("tag", of: value)
    case "via", "v": if branch.isEmpty { branch = Self.parameter("branch", of: value) }
    case "contact", "m":
      if String(decoding: value, as: UTF8.self).contains(TransactionLayer.contactPlaceholder) { hasPlaceholder = true }
    case "content-type", "c": hasDescription = value.starts(with: Array("application/sdp".utf8))
    default: break
    }
  }

  /// `INVITE sdp`, `200 OK (BYE)`: what stands on a ladder's arrow.
  public var label: String {
    let body = hasBody ? " +" : ""
    if let method { return method + body }
    let about = sequenceMethod == "INVITE" ? "" : " (\(sequenceMethod))"
    return "\(status ?? 0) \(reason)\(about)\(body)"
  }

  private static func endOfLine(_ bytes: [UInt8], from start: Int) -> (text: Int, next: Int) {
    var index = start
    while index < bytes.count, bytes[index] != 10 { index += 1 }
    let text = index > start && bytes[index - 1] == 13 ? index - 1 : index
    return (text, index + 1)
  }

  private static func parameter(_ name: String, of value: ArraySlice<UInt8>) -> String {
    let wanted = Array(name.utf8)
    for part in value.split(separator: 0x3B).dropFirst() {
      guard let equals = part.firstIndex(of: 0x3D) else { continue }
      let key = part[..<equals].filter { $0 != 0x20 }.map { $0 | 0x20 }
      guard key == wanted else { continue }
      let text = part[part.index(after: equals)...].prefix { $0 != 0x2C && $0 != 0x20 && $0 != 0x3E }
      return String(decoding: text, as: UTF8.self)
    }
    return ""
  }
}
