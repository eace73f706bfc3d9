/// What a user can order about the answer rules.
public enum PolicyCommand: Hashable, Sendable {
  case list
  /// Why this call was treated as it was; nil is the one that rings, else the last that came in.
  case why(CallID?)
  /// What would become of a made-up call.
  case attempt(PolicyTrial)
  /// A new rule at the end, as a line: `from=anyone asks=auto then=ring`.
  case add(String)
  /// In place of the rule with this number, from 1.
  case replace(Int, String)
  case delete(Int)
  case move(Int, to: Int)
  case enable(Int, Bool)
  case undo
}

/// A caller who does not exist.
public struct PolicyTrial: Hashable, Sendable {
  /// An address as it is typed.
  public var from: String
  public var trust: IdentityTrust
  public var request: AnswerRequest

  public init(from: String, trust: IdentityTrust = .saidByPeer, request: AnswerRequest = AnswerRequest()) {
    self.from = from
    self.trust = trust
    self.request = request
  }

  /// Reads `FROM [auto|manual|priv-auto|priv-manual][;require] … [claimed|provider|checked]`; nil when it is nothing of the kind.
  public init?(_ words: [Substring]) {
    guard let first = words.first else { return nil }
    self.init(from: String(first))
    for word in words.dropFirst() {
      let text = word.lowercased()
      if let known = IdentityTrust.keys.first(where: { $0.0 == text }) {
        trust = known.1
        continue
      }
      let parts = text.split(separator: ";")
      guard let name = parts.first, parts.count <= 2, parts.count == 1 || parts[1] == "require" else { return nil }
      let isPrivileged = name.hasPrefix("priv-")
      guard let mode = AnswerRequest.Mode(rawValue: String(isPrivileged ? name.dropFirst(5) : name)) else { return nil }
      let wish = AnswerRequest.Wish(mode, isRequired: parts.count == 2)
      if isPrivileged { request.privileged = wish } else { request.ordinary = wish }
    }
  }
}
