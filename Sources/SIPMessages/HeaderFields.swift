/// The header fields of a message, in order, each kept byte for byte until it is changed (RFC 3261 section 7.3).
///
/// A parsed message's fields are ranges in its one wire buffer; what is set afterwards is appended to a second one. Copying is two
/// reference counts and an array of numbers; nothing is turned into a String before it is asked for.
public struct HeaderFields: Sendable {
  var wire: [UInt8]
  var owned: [UInt8]
  var slots: [FieldSlot]

  public init() {
    wire = []
    owned = []
    slots = []
  }

  init(wire: [UInt8], slots: [FieldSlot]) {
    self.wire = wire
    owned = []
    self.slots = slots
  }

  /// How many fields there are; a field with several values counts once.
  public var count: Int { slots.count }

  public var isEmpty: Bool { slots.isEmpty }

  public subscript(index: Int) -> HeaderField {
    HeaderField(name: name(at: index), value: value(of: slots[index]))
  }

  public func contains(_ name: HeaderName) -> Bool {
    firstIndex(name) != nil
  }

  /// The value of the first field of that name, on one line; nil when there is none.
  public func first(_ name: HeaderName) -> String? {
    firstIndex(name).map { value(of: slots[$0]) }
  }

  /// The values of all fields of that name, in order, each field once.
  public func values(_ name: HeaderName) -> [String] {
    var values: [String] = []
    for slot in slots where matches(slot, name) { values.append(value(of: slot)) }
    return values
  }

  /// How many fields of that name there are.
  public func count(of name: HeaderName) -> Int {
    var count = 0
    for slot in slots where matches(slot, name) { count += 1 }
    return count
  }

  func name(at index: Int) -> HeaderName {
    let slot = slots[index]
    let spelling = String(decoding: buffer(of: slot)[slot.nameRange], as: UTF8.self)
    return HeaderName(slot.known, spelling: spelling)
  }

  func firstIndex(_ name: HeaderName) -> Int? {
    for index in slots.indices where matches(slots[index], name) { return index }
    return nil
  }

  func matches(_ slot: FieldSlot, _ name: HeaderName) -> Bool {
    guard slot.known == name.known else { return false }
    return slot.known != .unknown || buffer(of: slot)[slot.nameRange].equalsIgnoringCase(name.rawName)
  }

  func buffer(of slot: FieldSlot) -> [UInt8] {
    slot.isOwned ? owned : wire
  }

  /// The value's bytes on one line.
  func valueBytes(of slot: FieldSlot) -> ArraySlice<UInt8> {
    let raw = buffer(of: slot)[slot.valueRange]
    return slot.isFolded ? Self.unfold(raw) : raw
  }

  private func value(of slot: FieldSlot) -> String {
    String(decoding: valueBytes(of: slot), as: UTF8.self)
  }

  /// "Line folding … is equivalent to a single SP character" (RFC 3261 section 7.3.1).
  private static func unfold(_ raw: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line: [UInt8] = []
    line.reserveCapacity(raw.count)
    var index = raw.startIndex
    while index < raw.endIndex {
      if raw[index] == 0x0D || raw[index] == 0x0A {
        while let last = line.last, last == 0x20 || last == 0x09 { line.removeLast() }
        while index < raw.endIndex, raw[index].isLinearWhitespace { index += 1 }
        line.append(0x20)
      } else {
        line.append(raw[index])
        index += 1
      }
    }
    return line[...]
  }
}

extension HeaderFields: Hashable {
  /// Equal when the names (in any form) and the values are, in the same order.
  public static func == (left: HeaderFields, right: HeaderFields) -> Bool {
    guard left.slots.count == right.slots.count else { return false }
    for (one, other) in zip(left.slots, right.slots) {
      guard one.known == other.known, left.valueBytes(of: one) == right.valueBytes(of: other) else { return false }
      if one.known == .unknown {
        let mine = left.buffer(of: one)[one.nameRange].lazy.map(\.lowercasedASCII)
        guard mine.elementsEqual(right.buffer(of: other)[other.nameRange].lazy.map(\.lowercasedASCII)) else { return false }
      }
    }
    return true
  }

  public func hash(into hasher: inout Hasher) {
    for slot in slots {
      hasher.combine(slot.known)
      hasher.combine(valueBytes(of: slot))
    }
  }
}

extension HeaderFields: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { slots.count }
}
