/// How a cell looks, by its meaning; the terminal chooses the colours. No meaning rests on colour alone: a word says it too.
public struct Style: Hashable, Sendable {
  public enum Role: UInt8, Hashable, Sendable, CaseIterable {
    case plain
    /// Titles and the keys one may press.
    case accent
    /// Somebody talks. Nothing else is green.
    case talking
    /// A failure, or a microphone that is open without the user. Nothing else is red.
    case alarm
    /// Something wants the user: a ringing call, a warning.
    case attention
  }

  public struct Attributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let bold = Attributes(rawValue: 1)
    public static let dim = Attributes(rawValue: 2)
    public static let reverse = Attributes(rawValue: 4)
    public static let underline = Attributes(rawValue: 8)
  }

  public var role: Role
  public var attributes: Attributes

  public init(_ role: Role = .plain, _ attributes: Attributes = []) {
    self.role = role
    self.attributes = attributes
  }

  static let plain = Style()
  static let bold = Style(.plain, .bold)
  /// What can wait: labels, times, frames.
  static let quiet = Style(.plain, .dim)
  static let accent = Style(.accent)
  static let title = Style(.accent, .bold)
  static let talking = Style(.talking, .bold)
  static let alarm = Style(.alarm, .bold)
  static let attention = Style(.attention, .bold)
  /// The row that has the keyboard.
  static let selected = Style(.plain, .reverse)

  func adding(_ more: Attributes) -> Style { Style(role, attributes.union(more)) }
}
