/// Changing header fields. What is not named stays as it came, byte for byte.
extension HeaderFields {
  /// Puts one field in the place of all fields of its name, where the first of them stood, or at the end.
  public mutating func set<H: TypedHeader>(_ header: H) {
    put(makeSlot(H.name) { header.serialize(into: &$0) }, inPlaceOf: H.name)
  }

  private mutating func put(_ slot: FieldSlot, inPlaceOf name: HeaderName) {
    guard let place = firstIndex(name) else {
      slots.append(slot)
      return
    }
    slots[place] = slot
    for index in slots.indices.reversed() where index > place && matches(slots[index], name) { slots.remove(at: index) }
  }

  /// Puts these, a field each, in the place of all fields of the name; none removes them.
  public mutating func set<H: TypedHeader>(_ headers: [H]) {
    var place = firstIndex(H.name) ?? slots.count
    removeAll(H.name)
    for header in headers {
      slots.insert(makeSlot(H.name) { header.serialize(into: &$0) }, at: place)
      place += 1
    }
  }

  /// Puts one field with that text in the place of all fields of the name, or at the end.
  public mutating func set(name: HeaderName, value: String) {
    put(makeSlot(name) { $0.append(fieldText: value) }, inPlaceOf: name)
  }

  /// Adds a field after all others.
  public mutating func append<H: TypedHeader>(_ header: H) {
    slots.append(makeSlot(H.name) { header.serialize(into: &$0) })
  }

  public mutating func append(name: HeaderName, value: String) {
    slots.append(makeSlot(name) { $0.append(fieldText: value) })
  }

  /// Adds a field before the first of its name, or at the top.
  public mutating func prepend<H: TypedHeader>(_ header: H) {
    slots.insert(makeSlot(H.name) { header.serialize(into: &$0) }, at: firstIndex(H.name) ?? 0)
  }

  public mutating func removeAll(_ name: HeaderName) {
    guard contains(name) else { return }
    var kept: [FieldSlot] = []
    kept.reserveCapacity(slots.count)
    for slot in slots where !matches(slot, name) { kept.append(slot) }
    slots = kept
  }

  /// Takes the first value out: the topmost Via or Route, also out of a list with commas.
  public mutating func removeFirstElement<H: TypedHeader>(_: H.Type) {
    guard let index = firstIndex(H.name) else { return }
    let rest = H.isList ? restAfterFirstElement(slots[index]) : nil
    guard let rest else {
      slots.remove(at: index)
      return
    }
    slots[index] = makeSlot(H.name) { $0.append(contentsOf: rest) }
  }

  /// Puts `header` in the place of the first value; the other values of its field become a field of their own behind it.
  public mutating func replaceFirstElement<H: TypedHeader>(with header: H) {
    guard let index = firstIndex(H.name) else {
      prepend(header)
      return
    }
    let rest = H.isList ? restAfterFirstElement(slots[index]) : nil
    slots[index] = makeSlot(H.name) { header.serialize(into: &$0) }
    if let rest { slots.insert(makeSlot(H.name) { $0.append(contentsOf: rest) }, at: index + 1) }
  }

  /// Adds copies of all fields of that name in `other`, as they are written there.
  public mutating func append(allOf name: HeaderName, from other: HeaderFields) {
    for slot in other.slots where other.matches(slot, name) {
      let bytes = other.valueBytes(of: slot)
      let spelling = other.buffer(of: slot)[slot.nameRange]
      slots.append(makeSlot(slot.known, spelling: spelling) { $0.append(contentsOf: bytes) })
    }
  }

  private func restAfterFirstElement(_ slot: FieldSlot) -> [UInt8]? {
    var elements = ElementSplitter(valueBytes(of: slot))
    guard elements.next() != nil, let second = elements.next() else { return nil }
    let all = valueBytes(of: slot)
    return Array(all[second.startIndex...])
  }

  private mutating func makeSlot(_ name: HeaderName, _ write: (inout [UInt8]) -> Void) -> FieldSlot {
    makeSlot(name.known, spelling: Array(name.wireName.utf8)[...], write)
  }

  mutating func makeSlot(_ known: KnownHeader, spelling: ArraySlice<UInt8>, _ write: (inout [UInt8]) -> Void) -> FieldSlot {
    // A message that is written from nothing holds about that much; growing step by step would copy it five times.
    if owned.capacity == 0 { owned.reserveCapacity(480) }
    if slots.capacity == 0 { slots.reserveCapacity(16) }
    let start = owned.count
    owned.append(contentsOf: spelling)
    owned.append(0x3A)
    owned.append(0x20)
    let valueStart = owned.count
    write(&owned)
    let valueEnd = owned.count
    owned.append(0x0D)
    owned.append(0x0A)
    return FieldSlot(
      known: known, isOwned: true, isFolded: false, nameLength: UInt16(clamping: spelling.count),
      start: UInt32(clamping: start), valueStart: UInt32(clamping: valueStart), valueEnd: UInt32(clamping: valueEnd),
      end: UInt32(clamping: owned.count))
  }
}
