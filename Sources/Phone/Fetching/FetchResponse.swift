/// Reads the answer to one GET (RFC 9112) from pieces as they come, and stops at the first byte too many.
public struct FetchResponse: Sendable {
  public enum Outcome: Hashable, Sendable {
    /// The bytes, and how long they may be kept; nil: it was not said.
    case body([UInt8], lifetime: Duration?)
    case redirect(String)
    /// A sentence for a person.
    case failed(String)
  }

  private let limit: Int
  private var bytes: [UInt8] = []
  private var head: Head?

  private struct Head: Sendable {
    var status: Int
    var length: Int?
    var isChunked = false
    var location: String?
    var lifetime: Duration?
    /// Where the body begins.
    var end: Int
  }

  private static let longestHead = 16_384

  /// - Parameter limit: the largest body that is taken.
  public init(limit: Int) {
    self.limit = limit
  }

  /// Takes what came. nil: more is wanted.
  public mutating func receive(_ piece: some Collection<UInt8>) -> Outcome? {
    guard bytes.count + piece.count <= limit * 2 + Self.longestHead else { return .failed("the answer is too large") }
    bytes += piece
    if head == nil {
      guard let end = Self.end(ofHead: bytes) else {
        return bytes.count > Self.longestHead ? .failed("the answer has no end of its head") : nil
      }
      guard let read = Self.read(bytes, end: end) else { return .failed("the answer is not HTTP") }
      head = read
    }
    guard let head else { return nil }
    switch head.status {
    case 301, 302, 303, 307, 308:
      return head.location.map { .redirect($0) } ?? .failed("the answer leads to nowhere")
    case 200: break
    default: return .failed("the server answered \(head.status)")
    }
    if head.isChunked { return chunks(from: head.end, head) }
    guard let length = head.length else {
      return bytes.count - head.end > limit ? .failed("the answer is too large") : nil
    }
    guard length <= limit else { return .failed("the answer is too large") }
    guard bytes.count - head.end >= length else { return nil }
    return .body(Array(bytes[head.end..<(head.end + length)]), lifetime: head.lifetime)
  }

  /// The connection was closed, which ends a body without a length.
  public mutating func end() -> Outcome {
    guard let head, head.status == 200, head.length == nil, !head.isChunked else { return .failed("the answer broke off") }
    let body = Array(bytes[head.end...])
    return body.count > limit ? .failed("the answer is too large") : .body(body, lifetime: head.lifetime)
  }

  private static func end(ofHead bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    for index in 3..<bytes.count where bytes[index] == 10 {
      if bytes[index - 1] == 13, bytes[index - 2] == 10, bytes[index - 3] == 13 { return index + 1 }
    }
    return nil
  }

  private static func read(_ bytes: [UInt8], end: Int) -> Head? {
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n").map { $0 }
    let first = lines.first?.split(separator: " ", maxSplits: 2) ?? []
    guard first.count >= 2, first[0].hasPrefix("HTTP/1."), first[1].count == 3, let status = Int(first[1]) else { return nil }
    var head = Head(status: status, end: end)
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].trimmingBlanks
      switch line[..<colon].lowercased() {
      case "content-length":
        guard let length = Int(value), length >= 0, head.length == nil || head.length == length else { return nil }
        head.length = length
      case "transfer-encoding": head.isChunked = value.lowercased().hasSuffix("chunked")
      case "location": head.location = String(value)
      case "content-encoding": if value.lowercased() != "identity" { return nil }
      case "cache-control": head.lifetime = lifetime(value) ?? head.lifetime
      default: break
      }
    }
    return head
  }

  private static func lifetime(_ value: some StringProtocol) -> Duration? {
    for part in value.lowercased().split(separator: ",") {
      let word = part.trimmingBlanks
      if word == "no-store" || word == "no-cache" { return .zero }
      if word.hasPrefix("max-age="), let seconds = Int64(word.dropFirst(8)), (0...31_536_000).contains(seconds) {
        return .seconds(seconds)
      }
    }
    return nil
  }

  /// RFC 9112 section 7.1.
  private func chunks(from start: Int, _ head: Head) -> Outcome? {
    var body: [UInt8] = []
    var index = start
    while true {
      guard let end = bytes[index...].firstIndex(of: 10) else { return nil }
      let line = bytes[index..<end].prefix { $0 != 13 && $0 != 0x3B }
      guard line.count <= 8, let size = Int(String(decoding: line, as: UTF8.self).trimmingBlanks, radix: 16), size >= 0 else {
        return .failed("the answer is not HTTP")
      }
      index = end + 1
      if size == 0 { return .body(body, lifetime: head.lifetime) }
      guard body.count + size <= limit else { return .failed("the answer is too large") }
      guard bytes.count - index >= size + 2 else { return nil }
      body += bytes[index..<(index + size)]
      index += size + 2
    }
  }
}
