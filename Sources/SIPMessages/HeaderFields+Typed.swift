/// Reading header fields as types, on request.
extension HeaderFields {
  /// The first value of the first field of that name; nil when there is no such field.
  public subscript<H: TypedHeader>(_: H.Type) -> H? {
    @inlinable get throws(HeaderError) {
      guard let bytes = firstValue(H.name) else { return nil }
      guard H.isList else { return try H(parsing: bytes) }
      var elements = ElementSplitter(bytes)
      while let element = elements.next() { return try H(parsing: element) }
      throw HeaderError(.empty, offset: 0)
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
      var elements = ElementSplitter(bytes)
      while let element = elements.next() { values.append(try H(parsing: element)) }
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
    while index < slots.count {
      let slot = slots[index]
      index += 1
      if matches(slot, name) { return valueBytes(of: slot) }
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
