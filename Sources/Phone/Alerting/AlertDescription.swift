public import SIPMessages

/// What a message said about how its call should be signalled, as a screen and a log show it.
public struct AlertDescription: Hashable, Sendable {
  /// As understood: well-formed URNs in the order in which they count, each once; those that vendor words stand for among them.
  public var urns: [AlertURN]
  /// `URGENT, from outside`; empty when the phone has no words for any of it.
  public var words: String
  public var light: AlertLight?
  /// How many values could not be understood: broken URNs, and those beyond the first 64.
  public var ignored: Int

  public init(urns: [AlertURN], words: String, light: AlertLight? = nil, ignored: Int = 0) {
    self.urns = urns
    self.words = words
    self.light = light
    self.ignored = ignored
  }

  /// `priority:high  source:external`: without what all of them begin with.
  public var identifiers: [String] {
    urns.map { String($0.description.dropFirst("urn:alert:".utf8.count)) }
  }
}

extension AlertResolver {
  /// nil when the message says nothing.
  func describe(_ list: AlertInfoList, _ urns: [AlertURN], in situation: AlertSituation) -> AlertDescription? {
    guard !urns.isEmpty || list.invalidCount > 0 else { return nil }
    var seen: [AlertURN] = []
    for urn in urns where !seen.contains(urn) { seen.append(urn) }
    let chosen = signals(for: urns, in: situation).filter { !$0.isDefault }
    return AlertDescription(
      urns: seen, words: chosen.map { $0.words }.filter { !$0.isEmpty }.joined(separator: ", "),
      light: chosen.lazy.compactMap { $0.light }.first, ignored: list.invalidCount)
  }
}
