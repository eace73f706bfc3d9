/// Reading header fields as types, on request.
extension HeaderFields {
  /// The first value of the first field of that name; nil when there is no such field.
  public subscript<H: TypedHeader>(_: H.Type) -> H? {
    get throws(HeaderError) {
      guard let index = firstIndex(H.name) else { return nil }
      let bytes = valueBytes(of: slots[index])
      guard H.isList else { return try H(parsing: bytes) }
      var elements = ElementSplitter(bytes)
      while let element = elements.next() { return try H(parsing: element) }
      throw HeaderError(.empty, offset: 0)
    }
  }

  /// Every value of every field of that name, in order.
  public func all<H: TypedHeader>(_: H.Type) throws(HeaderError) -> [H] {
    var values: [H] = []
    let name = H.name
    for slot in slots where matches(slot, name) {
      let bytes = valueBytes(of: slot)
      guard H.isList else {
        values.append(try H(parsing: bytes))
        continue
      }
      var elements = ElementSplitter(bytes)
      while let element = elements.next() { values.append(try H(parsing: element)) }
    }
    return values
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
