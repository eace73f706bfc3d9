import SIPMessages
import SIPUserAgent
import SansIO

/// The newest messages that crossed the border, bounded, with their secrets hidden.
struct TraceRing: Sendable {
  /// How many messages are kept.
  static let capacity = 200
  /// How much of one message is kept, in bytes: with 64 KiB each the ring would hold 12 MB.
  static let longestMessage = 8192

  private var entries: [TraceEntry] = []
  /// Where the oldest entry lies once the ring is full.
  private var start = 0

  mutating func append(_ message: TracedMessage, at time: WallTime) {
    let entry = Self.entry(message, at: time)
    if entries.count < Self.capacity {
      entries.append(entry)
    } else {
      entries[start] = entry
      start = (start + 1) % Self.capacity
    }
  }

  /// Oldest first.
  var ordered: [TraceEntry] {
    Array(entries[start...] + entries[..<start])
  }

  private static func entry(_ message: TracedMessage, at time: WallTime) -> TraceEntry {
    let isCut = message.bytes.count > longestMessage
    let redacted = SecretRedaction.redact(isCut ? Array(message.bytes.prefix(longestMessage)) : message.bytes)
    let text = DisplayText.lines(redacted) + (isCut ? "\n… (\(message.bytes.count) bytes)" : "")
    return TraceEntry(
      at: time, isOutgoing: message.isOutgoing, transport: message.transport.viaToken, peer: message.peer,
      summary: summary(of: text), callID: field(["call-id", "i"], in: text) ?? "", text: text)
  }

  /// `INVITE (offer)`, `180 Ringing`, `200 OK (INVITE)`.
  private static func summary(of text: String) -> String {
    let words = text.prefix { $0 != "\n" }.split(separator: " ", maxSplits: 2)
    if words.first == "SIP/2.0", words.count >= 2 {
      let method = field(["cseq"], in: text)?.split(separator: " ").last.map { " (\($0))" } ?? ""
      let line = "\(words[1]) \(words.count > 2 ? words[2] : "")\(words[1].hasPrefix("1") ? "" : method)"
      return DisplayText.bounded(line, to: 48) ?? "?"
    }
    guard let method = words.first, words.last?.hasSuffix("SIP/2.0") == true else { return "?" }
    let carriesDescription = field(["content-type", "c"], in: text)?.lowercased().contains("sdp") ?? false
    return DisplayText.bounded("\(method)\(carriesDescription && method != "ACK" ? " (offer)" : "")", to: 48) ?? "?"
  }

  private static func field(_ names: [String], in text: String) -> String? {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst() {
      if line.isEmpty { return nil }
      guard let colon = line.firstIndex(of: ":") else { continue }
      if names.contains(line[..<colon].trimmingBlanks.lowercased()) {
        return DisplayText.bounded(String(line[line.index(after: colon)...]), to: 200)
      }
    }
    return nil
  }
}
