import SIPMessages

/// What a pattern can be passed over by at one glance, without a look at its text: most rules are about somebody else.
struct CallerSieve: Sendable {
  private enum Kind: UInt8, Sendable {
    case anyone, contact, blocked, nobody, name, group, host, text, user
  }

  private let kind: Kind
  /// A number of the index, a hash of a host, or the first eight bytes of a pattern, as far as they are without a star.
  private var head: UInt64 = 0
  private var headMask: UInt64 = 0
  /// The last eight.
  private var tail: UInt64 = 0
  private var tailMask: UInt64 = 0

  init(_ caller: CompiledAnswerRule.Caller) {
    switch caller {
    case .anyone: kind = .anyone
    case .anyContact: kind = .contact
    case .blocked: kind = .blocked
    case .nobody: kind = .nobody
    case .contact(let name):
      kind = .name
      head = UInt64(UInt32(bitPattern: name))
    case .group(let group):
      kind = .group
      head = UInt64(UInt32(bitPattern: group))
    case .domain(let host):
      kind = .host
      head = Self.hash(host)
    case .glob(let glob):
      kind = .text
      (head, headMask, tail, tailMask) = Self.ends(of: glob)
    case .number(let glob):
      kind = .user
      (head, headMask, tail, tailMask) = Self.ends(of: glob)
    }
  }

  private static func ends(of glob: CallerGlob) -> (UInt64, UInt64, UInt64, UInt64) {
    let (prefix, suffix) = glob.ends
    return (head(of: prefix), mask(prefix.count), tail(of: suffix), mask(suffix.count))
  }

  /// False: the pattern is about somebody else. True: it may be about this caller.
  func mayMatch(_ caller: CompiledCaller) -> Bool {
    switch kind {
    case .anyone: true
    case .contact: !caller.memberships.isEmpty
    case .blocked: caller.isBlocked
    case .nobody: false
    case .name: caller.memberships.contains { UInt64(UInt32(bitPattern: $0.name)) == head }
    case .group: caller.memberships.contains { $0.groups.contains { UInt64(UInt32(bitPattern: $0)) == head } }
    case .host: caller.hostHash == head
    case .text: caller.head & headMask == head && caller.tail & tailMask == tail
    case .user: caller.head & headMask == head && caller.userTail & tailMask == tail
    }
  }

  // MARK: Glances

  /// The first eight bytes, the first one lowest; zeros where there are fewer.
  static func head(of text: [UInt8]) -> UInt64 {
    var word: UInt64 = 0
    for index in 0..<min(text.count, 8) { word |= UInt64(text[index]) << UInt64(8 * index) }
    return word
  }

  /// The last eight bytes, the last one lowest.
  static func tail(of text: [UInt8]) -> UInt64 {
    var word: UInt64 = 0
    for index in 0..<min(text.count, 8) { word |= UInt64(text[text.count - 1 - index]) << UInt64(8 * index) }
    return word
  }

  /// Of so many bytes those that a word has.
  private static func mask(_ count: Int) -> UInt64 { count >= 8 ? .max : (1 << UInt64(8 * count)) - 1 }

  /// The same for hosts that are equal; 0 for none.
  static func hash(_ host: Host?) -> UInt64 {
    guard let host else { return 0 }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in host.description.lowercased().utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}
