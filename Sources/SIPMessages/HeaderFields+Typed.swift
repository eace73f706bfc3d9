/// Reading header fields as types, on request.
extension HeaderFields {
  /// The first value of the first field of that name; nil when there is no such field.
  public subscript<H: TypedHeader>(_: H.Type) -> H? {
    @inlinable get throws(HeaderError) {
      guard let bytes = firstValue(H.name) else { return nil }
      guard H.isList else { return try H(parsing: bytes) }
      var place = 0
      guard let first = try H.next(in: bytes, from: &place) else { throw HeaderError(.empty, offset: 0) }
      return first
    }
  }

  /// Every value of every field of that name, in order.
  @inlinable
  public func all<H: TypedHeader>(_: H.Type) throws(HeaderError) -> [H] {
    var values: [H] = []
    let name = H.name
    var index = 0
    while let bytes = nextValue(name, &index) {
      guard H.isList else {
        values.append(try H(parsing: bytes))
        continue
      }
      var place = 0
      while let value = try H.next(in: bytes, from: &place) { values.append(value) }
    }
    return values
  }

  /// The value of the first field of that name.
  @usableFromInline
  func firstValue(_ name: HeaderName) -> ArraySlice<UInt8>? {
    var index = 0
    return nextValue(name, &index)
  }

  /// The value of the next field of that name from `index` on, which is left behind it.
  @usableFromInline
  func nextValue(_ name: HeaderName, _ index: inout Int) -> ArraySlice<UInt8>? {
    let known = name.known
    let slots = slots.span
    while index < slots.count {
      let place = index
      index &+= 1
      if slots[place].known == known, known != .unknown || matches(slots[place], name) { return valueBytes(of: slots[place]) }
    }
    return nil
  }

  /// The union of the option tags in all fields of one kind, in order of appearance, each once; malformed fields count as empty.
  public func optionTags<H: OptionTagHeader>(_: H.Type) -> [OptionTag] {
    var union: [OptionTag] = []
    for slot in slots where matches(slot, H.name) {
      guard let header = try? H(parsing: valueBytes(of: slot)) else { continue }
      for tag in header.tags where !union.contains(tag) { union.append(tag) }
    }
    return union
  }

  /// The union of the methods in all Allow fields; nil when there is none, which says nothing about what the peer can do.
  public var allowedMethods: [Method]? {
    guard contains(.allow) else { return nil }
    var union: [Method] = []
    for slot in slots where slot.known == .allow {
      guard let header = try? Allow(parsing: valueBytes(of: slot)) else { continue }
      for method in header.methods where !union.contains(method) { union.append(method) }
    }
    return union
  }
}
