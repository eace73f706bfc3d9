public import SIPMessages

/// Whom a rule is about.
public enum CallerPattern: Hashable, Sendable {
  case anyone
  /// Anybody in the contacts.
  case anyContact
  /// The contacts of this name.
  case contact(String)
  /// The contacts of this group.
  case group(String)
  /// Everybody at this host.
  case domain(Host)
  /// `sip:*@example.com`: a `*` stands for any characters. Compared with `user@host` and with telephone numbers.
  case pattern(String)
  /// The block list.
  case blocked

  /// Reads what a configuration says: `anyone`, `contacts`, `contact:Clara`, `group:family`, `domain:example.com`, `blocked`, a URI
  /// or a pattern. nil for anything else.
  public init?(_ text: some StringProtocol) {
    let text = String(text.trimmingBlanks)
    switch text.lowercased() {
    case "anyone", "everybody", "*": self = .anyone
    case "contacts": self = .anyContact
    case "blocked": self = .blocked
    case "": return nil
    default:
      if let name = Self.after("contact:", text) {
        self = .contact(name)
      } else if let name = Self.after("group:", text) {
        self = .group(name)
      } else if let name = Self.after("domain:", text) {
        guard let host = Host(name) else { return nil }
        self = .domain(host)
      } else {
        guard let pattern = Self.pattern(text) else { return nil }
        self = .pattern(pattern)
      }
    }
  }

  private static func after(_ prefix: String, _ text: String) -> String? {
    guard text.lowercased().hasPrefix(prefix) else { return nil }
    let rest = text.dropFirst(prefix.count).trimmingBlanks
    return rest.isEmpty ? nil : String(rest)
  }

  /// `user@host` with stars, or a number with stars; without the scheme. nil when it could never match, or is too long to be meant.
  private static func pattern(_ text: String) -> String? {
    var rest = text[...]
    for scheme in ["sips:", "sip:", "tel:"] where rest.lowercased().hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
    guard !rest.isEmpty, rest.utf8.count <= 256, !rest.contains(where: { $0.isWhitespace || "<>\",;?".contains($0) }) else {
      return nil
    }
    let parts = rest.split(separator: "@", omittingEmptySubsequences: false)
    switch parts.count {
    case 1:
      // A telephone number.
      guard rest.contains(where: { $0.isNumber }), rest.allSatisfy({ "+*0123456789-.()".contains($0) }) else { return nil }
      return rest.filter { "+*0123456789".contains($0) }
    case 2:
      guard !parts[0].isEmpty, !parts[1].isEmpty, parts[1].contains(where: { $0 != "*" }) || parts[1] == "*" else { return nil }
      return "\(parts[0])@\(parts[1].lowercased())"
    default: return nil
    }
  }

  /// As it would be written in a configuration.
  public var text: String {
    switch self {
    case .anyone: "anyone"
    case .anyContact: "contacts"
    case .contact(let name): "contact:\(name)"
    case .group(let name): "group:\(name)"
    case .domain(let host): "domain:\(host)"
    case .pattern(let pattern): pattern.contains("@") ? "sip:\(pattern)" : pattern
    case .blocked: "blocked"
    }
  }

  /// For a narrow column.
  public var shortText: String {
    switch self {
    case .contact(let name): name
    case .group(let name): "group \(name)"
    case .domain(let host): "*@\(host)"
    case .pattern(let pattern): pattern
    case .blocked: "block list"
    case .anyContact: "my contacts"
    case .anyone: "anyone"
    }
  }
}
