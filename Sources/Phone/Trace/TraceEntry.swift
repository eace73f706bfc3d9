import SIPUserAgent
public import SansIO

/// One message in the trace; its secrets are hidden in all that can be read of it.
///
/// What the phone keeps is the message as it crossed the border; it is put into words when a screen asks, which for most messages
/// is
/// never: writing every message down cost a third of a busy phone's time.
public struct TraceEntry: Hashable, Sendable {
  private enum Content: Hashable, Sendable {
    /// The first bytes of the message, `TraceRing.longestMessage` at most, and how many it had.
    case message([UInt8], count: Int)
    case words(summary: String, callID: String, text: String)
  }

  public var at: WallTime
  public var isOutgoing: Bool
  public var transport: String
  public var peer: String
  private var content: Content

  public init(at: WallTime, isOutgoing: Bool, transport: String, peer: String, summary: String, callID: String, text: String) {
    self.at = at
    self.isOutgoing = isOutgoing
    self.transport = transport
    self.peer = peer
    content = .words(summary: summary, callID: callID, text: text)
  }

  init(_ message: TracedMessage, at time: WallTime) {
    at = time
    isOutgoing = message.isOutgoing
    transport = message.transport.viaToken
    peer = message.peer
    let isCut = message.bytes.count > TraceRing.longestMessage
    content = .message(
      isCut ? Array(message.bytes.prefix(TraceRing.longestMessage)) : message.bytes, count: message.bytes.count)
  }

  /// `INVITE (offer)`, `180 Ringing`, for the ladder. Made anew each time from a message, as the two below.
  public var summary: String {
    get {
      switch content {
      // Its answer is often a refusal, which then surprises nobody.
      case .message: keepAliveCallID == nil ? Self.summary(of: text) : "OPTIONS (keep-alive)"
      case .words(let summary, _, _): summary
      }
    }
    set { content = .words(summary: newValue, callID: callID, text: text) }
  }

  public var callID: String {
    get {
      switch content {
      case .message: Self.field(["call-id", "i"], in: text) ?? ""
      case .words(_, let callID, _): callID
      }
    }
    set { content = .words(summary: summary, callID: newValue, text: text) }
  }

  public var text: String {
    get {
      switch content {
      case .message(let bytes, let count):
        DisplayText.lines(SecretRedaction.redact(bytes)) + (count > bytes.count ? "\n… (\(count) bytes)" : "")
      case .words(_, _, let text): text
      }
    }
    set { content = .words(summary: summary, callID: callID, text: newValue) }
  }

  /// The line with the Call-ID, as our own messages and the answers to them have it; nil when there is none.
  var rawCallID: ArraySlice<UInt8>? { line { $0.starts(with: "Call-ID:".utf8) } }

  /// The same of an OPTIONS of ours that goes no further than the first hop, which is how a flow is kept open; nil for everything
  /// else.
  var keepAliveCallID: ArraySlice<UInt8>? {
    guard isOutgoing, case .message(let bytes, _) = content, bytes.starts(with: "OPTIONS ".utf8) else { return nil }
    return line { $0.elementsEqual("Max-Forwards: 0".utf8) } == nil ? nil : rawCallID
  }

  /// The first line of the head that is wanted.
  private func line(where isWanted: (ArraySlice<UInt8>) -> Bool) -> ArraySlice<UInt8>? {
    guard case .message(let bytes, _) = content else { return nil }
    for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      let line = line.last == 13 ? line.dropLast() : line
      if line.isEmpty { return nil }
      if isWanted(line) { return line }
    }
    return nil
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
