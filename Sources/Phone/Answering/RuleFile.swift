/// The rules as they were edited on the screen, kept beside the history: one a line, below a line that says of which configuration.
///
/// The configuration file is the user's own and is never written by the phone. When its rules change, it wins.
public struct RuleFile: Sendable {
  public let rules: [AnswerRule]
  private let base: UInt64

  private static let head = "offhook answer rules 1 "
  /// More is no list of rules.
  private static let longestText = 4 << 20

  init(configured: [AnswerRule], edited: [AnswerRule]) {
    base = Self.fingerprint(configured)
    rules = edited
  }

  /// nil when it cannot be read; a rule that cannot be read makes the whole unreadable, because an order with a hole is another
  /// order.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.longestText else { return nil }
    var lines = text.split(separator: "\n")
    guard let head = lines.first, head.hasPrefix(Self.head), let base = UInt64(head.dropFirst(Self.head.count), radix: 16) else {
      return nil
    }
    self.base = base
    lines.removeFirst()
    var rules: [AnswerRule] = []
    for line in lines {
      do throws(AnswerRuleParts.Fault) {
        rules.append(try AnswerRuleParts(line: line).rule())
      } catch {
        return nil
      }
    }
    self.rules = rules
  }

  /// Whether these are still in force: the configuration has the rules that it had when they were edited.
  public func isBased(on configured: [AnswerRule]) -> Bool { base == Self.fingerprint(configured) }

  var text: String {
    ([Self.head + String(base, radix: 16)] + rules.map(\.line)).map { $0 + "\n" }.joined()
  }

  /// FNV-1a over the rules' lines.
  private static func fingerprint(_ rules: [AnswerRule]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for rule in rules {
      for byte in rule.line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 10) &* 0x100_0000_01b3
    }
    return hash
  }
}
