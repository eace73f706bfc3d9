import SIPMessages

/// The symbols into which the endless set of URNs falls for a given set of signals (RFC 8433 section 4.2): one for each category,
/// for each URN that a signal expresses and for what lies between them, and one `other` below each of these that has something
/// below it.
struct AlertAlphabet: Sendable {
  typealias Symbol = Int

  struct Node: Sendable {
    /// Index of the category, in the order of first appearance.
    var category: Int
    /// nil for the category's own symbol.
    var parent: Symbol?
    var depth: Int
    /// The symbol of URNs that go on below this one in a way that no signal expresses; nil for a leaf, below which nothing counts.
    var other: Symbol?
    var isOther = false
    /// The last part of the name; empty for `other`.
    var label: [UInt8]
    fileprivate var children: [(key: UInt64, symbol: Symbol)] = []
  }

  private(set) var nodes: [Node] = []
  /// The symbol of each category: nothing is known of it.
  private(set) var roots: [Symbol] = []
  private var rootKeys: [(key: UInt64, symbol: Symbol)] = []

  init(_ urns: [AlertURN]) {
    for urn in urns { insert(urn) }
    for symbol in nodes.indices where !nodes[symbol].children.isEmpty {
      nodes[symbol].other = nodes.count
      nodes.append(
        Node(
          category: nodes[symbol].category, parent: symbol, depth: nodes[symbol].depth + 1, other: nil, isOther: true, label: []))
    }
  }

  private mutating func insert(_ urn: AlertURN) {
    var parent: Symbol?
    for part in urn.identifier.split(separator: 0x3A) {
      let label = Array(part)
      let key = Self.key(label, 0, label.count)
      if let known = child(of: parent, key, label, 0, label.count) {
        parent = known
        continue
      }
      let symbol = nodes.count
      let category = parent.map { nodes[$0].category } ?? roots.count
      nodes.append(
        Node(category: category, parent: parent, depth: parent.map { nodes[$0].depth + 1 } ?? 0, other: nil, label: label))
      if let parent {
        nodes[parent].children.append((key, symbol))
      } else {
        roots.append(symbol)
        rootKeys.append((key, symbol))
      }
      parent = symbol
    }
  }

  /// The symbol of a URN; nil when its category has no part in any signal, so that it can be passed over.
  func symbol(of urn: AlertURN) -> Symbol? {
    let bytes = urn.identifier
    let count = bytes.count
    var place: Symbol?
    var start = 0
    while start < count {
      var end = start
      while end < count, bytes[end] != 0x3A { end += 1 }
      guard let next = child(of: place, Self.key(bytes, start, end), bytes, start, end) else {
        return place.map { nodes[$0].other ?? $0 }
      }
      place = next
      start = end + 1
    }
    return place
  }

  /// The first seven bytes and the length: what tells most labels apart at one glance.
  private static func key(_ bytes: [UInt8], _ start: Int, _ end: Int) -> UInt64 {
    var key: UInt64 = 0
    for index in start..<min(end, start + 7) { key = key << 8 | UInt64(bytes[index]) }
    return key << 8 | UInt64(min(end - start, 255))
  }

  private func child(of parent: Symbol?, _ key: UInt64, _ bytes: [UInt8], _ start: Int, _ end: Int) -> Symbol? {
    let children = parent.map { nodes[$0].children } ?? rootKeys
    for (known, symbol) in children where known == key {
      if end - start <= 7 || nodes[symbol].label.elementsEqual(bytes[start..<end]) { return symbol }
    }
    return nil
  }

  /// Whether `general` is `special` or lies on the way to it.
  func isPrefix(_ general: Symbol, of special: Symbol) -> Bool {
    var symbol = special
    while nodes[symbol].depth > nodes[general].depth, let parent = nodes[symbol].parent { symbol = parent }
    return symbol == general
  }

  /// `source:internal`, `source:internal:other`; for people.
  func name(of symbol: Symbol) -> String {
    let own = nodes[symbol].isOther ? "[other]" : String(decoding: nodes[symbol].label, as: UTF8.self)
    return nodes[symbol].parent.map { name(of: $0) + ":" + own } ?? own
  }
}
