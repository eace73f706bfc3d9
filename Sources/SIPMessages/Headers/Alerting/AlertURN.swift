/// A name of the `alert` namespace: one feature of a call, or of how it should be signalled (RFC 7462 section 7).
///
///     urn:alert:source:external
///     urn:alert:service:recall:hold:abc@example
///
/// The first part after `alert` is the category, the others are the indication, each narrower than what stands before it. Two URNs
/// are equal when they differ in case only.
public struct AlertURN: Hashable, Sendable, CustomStringConvertible {
  /// What stands after `urn:alert:`, in lower case: what is compared, and what a resolver walks along.
  public let identifier: [UInt8]
  /// The identifier as it was written, when that was not in lower case.
  private let spelling: [UInt8]?

  /// Longer ones are not looked at; the longest name that anybody registered has 37 bytes.
  public static let longest = 1024

  /// nil when `text` is no `alert` URN: another scheme or namespace, fewer than two parts after it, or a part that is no LDH label.
  public init?(_ text: some StringProtocol) {
    self.init(bytes: Array(text.utf8)[...])
  }

  init?(bytes: ArraySlice<UInt8>) {
    guard bytes.count <= Self.longest, Self.hasPrefix(bytes) else { return nil }
    let written = bytes[(bytes.startIndex + Self.prefix.count)...]
    guard Self.isIdentifier(written) else { return nil }
    let folded = written.map(\.lowercasedASCII)
    identifier = folded
    spelling = written.elementsEqual(folded) ? nil : Array(written)
  }

  /// A name that is known to be well-formed and in lower case.
  init(identifier: [UInt8]) {
    self.identifier = identifier
    spelling = nil
  }

  /// The parts after `urn:alert:`, the category first.
  public init?(_ parts: [String]) {
    self.init("urn:alert:" + parts.joined(separator: ":"))
  }

  /// Whether `text` claims to be of this namespace, well-formed or not.
  static func hasPrefix(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.count >= prefix.count && zip(bytes, prefix).allSatisfy { $0.lowercasedASCII == $1 }
  }

  private static let prefix = Array("urn:alert:".utf8)

  public static func == (left: AlertURN, right: AlertURN) -> Bool { left.identifier == right.identifier }

  public func hash(into hasher: inout Hasher) { hasher.combine(identifier) }

  /// As it goes on the wire: registered names exactly as they are registered, which is in lower case, others as they were written
  /// (section 7: "MUST be transmitted as registered (including case)").
  public var description: String {
    "urn:alert:" + String(decoding: isRegistered ? identifier : spelling ?? identifier, as: UTF8.self)
  }

  /// `source`, or `jkl@example` for a private category.
  public var category: String { parts[0] }

  /// All parts in lower case, two or more.
  public var parts: [String] {
    identifier.split(separator: 0x3A).map { String(decoding: $0, as: UTF8.self) }
  }

  /// True when some part is somebody's own: `label@provider`, and what follows it (section 10.2).
  public var isPrivate: Bool { identifier.contains(0x40) }

  /// True when this is `other`, or narrower than it.
  public func isWithin(_ other: AlertURN) -> Bool {
    identifier.starts(with: other.identifier)
      && (identifier.count == other.identifier.count || identifier[other.identifier.count] == 0x3A)
  }

  // MARK: Syntax

  private static func isIdentifier(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: 0x3A, omittingEmptySubsequences: false)
    return parts.count >= 2 && parts.allSatisfy { isName($0) }
  }

  /// `alert-name`: a label, perhaps with its provider.
  private static func isName(_ name: ArraySlice<UInt8>) -> Bool {
    let halves = name.split(separator: 0x40, omittingEmptySubsequences: false)
    return halves.count <= 2 && halves.allSatisfy { isLabel($0) }
  }

  /// A label of letters, digits and inner hyphens, 63 bytes at most (RFC 5890 section 2.3.1). Of the reserved ones, with two
  /// hyphens in third and fourth place, the A-labels are taken: a later standard may use them, and "interpreters MUST operate
  /// correctly".
  private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
    guard let first = label.first, let last = label.last, label.count <= 63, first != 0x2D, last != 0x2D else { return false }
    guard label.allSatisfy({ $0 == 0x2D || $0.isDigit || $0.lowercasedASCII &- 97 < 26 }) else { return false }
    let start = label.startIndex
    guard label.count >= 4, label[start + 2] == 0x2D, label[start + 3] == 0x2D else { return true }
    return label[start].lowercasedASCII == 0x78 && label[start + 1].lowercasedASCII == 0x6E
  }
}
