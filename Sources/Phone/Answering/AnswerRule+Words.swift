import SIPMessages

/// Rules as people read and write them.
extension AnswerRule {
  /// `Clara Weiss, provider  Auto  idle  ->  answer`.
  public var summary: String {
    "\(name.map { "\($0): " } ?? "")\(fromWords), \(asksWords), \(conditions.words) -> \(actionWords)"
  }

  /// Who, and how well known.
  public var fromWords: String {
    let list = from.map(\.shortText).joined(separator: ", ")
    return switch trust {
    case .saidByPeer: list
    case .saidByProvider: "\(list), by provider"
    case .checkedHere: "\(list), verified"
    }
  }

  public var asksWords: String {
    if asks == .anything { return "anything" }
    var parts: [String] = []
    if asks.contains(.plain) { parts.append("plain") }
    if asks.contains(.auto) { parts.append("Auto") }
    if asks.contains(.privileged) { parts.append("Priv") }
    return parts.joined(separator: ", ")
  }

  public var actionWords: String {
    switch action {
    case .ring: "ring me"
    case .ringSilently: "ring silently"
    case .answer: "answer, mic off"
    case .loopback: "loop back"
    case .refuse(let status): "refuse (\(status.rawValue))"
    case .forward(let uri): "forward to \(PeerIdentification.shown(uri.description))"
    }
  }

  /// As the line that makes it: `from="contact:Clara Weiss" asks=auto when=idle then=answer`.
  public var line: String {
    func quoted(_ text: String) -> String { text.contains { $0.isWhitespace || $0 == "\"" } ? "\"\(text)\"" : text }
    var parts: [String] = []
    if let name { parts.append("name=\(quoted(name))") }
    parts += from.map { "from=\(quoted($0.text))" }
    parts.append("trust=\(trust.key)")
    parts.append("asks=\(asks.key)")
    parts += conditions.keys.map { "when=\(quoted($0))" }
    parts.append("then=\(quoted(action.key))")
    if !isEnabled { parts.append("enabled=false") }
    return parts.joined(separator: " ")
  }
}

extension AnswerRule.Conditions {
  public var words: String {
    let parts = (states.isEmpty ? [] : [stateWords]) + windows.map(\.text)
    return parts.isEmpty ? "always" : parts.joined(separator: ", ")
  }

  var stateWords: String {
    var parts: [String] = []
    if states.contains(.idle) { parts.append("idle") }
    if states.contains(.doNotDisturb) { parts.append("do not disturb") }
    if states.contains(.away) { parts.append("away") }
    if states.contains(.locked) { parts.append("locked") }
    return parts.joined(separator: " and ")
  }

  /// As they are written in a configuration.
  var keys: [String] {
    var keys: [String] = []
    for (word, state) in Self.stateKeys where states.contains(state) { keys.append(word) }
    return keys + windows.map(\.text)
  }

  static let stateKeys: [(String, States)] = [
    ("idle", .idle), ("dnd", .doNotDisturb), ("away", .away), ("locked", .locked),
  ]
}

extension AnswerRule.Asks {
  static let keys: [(String, AnswerRule.Asks)] = [
    ("anything", .anything), ("plain", .plain), ("auto", .auto), ("priv", .privileged),
  ]

  /// `auto`, `auto,priv`, `anything`.
  var key: String {
    if self == .anything { return "anything" }
    return Self.keys.dropFirst().filter { contains($0.1) }.map(\.0).joined(separator: ",")
  }
}

extension IdentityTrust {
  static let keys: [(String, IdentityTrust)] = [
    ("claimed", .saidByPeer), ("provider", .saidByProvider), ("checked", .checkedHere),
  ]

  var key: String { Self.keys.first { $0.1 == self }?.0 ?? "" }
}

extension AnswerRule.Action {
  var key: String {
    switch self {
    case .ring: "ring"
    case .ringSilently: "ring-silently"
    case .answer: "answer"
    case .loopback: "loopback"
    case .refuse(let status): "refuse \(status.rawValue)"
    case .forward(let uri): "forward \(uri.description)"
    }
  }
}
