import SIPMessages

/// One value of one header, which the first byte names: what is read and written can be read again and is the same.
enum HeaderFuzzer: Fuzzer {
  static let name = "header"
  static let summary = "the value of each header we have a type for: written and read again it is the same"
  static let longestInput = 512

  static func run(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    var value = bytes.dropFirst().map { $0 == 0x0D || $0 == 0x0A ? UInt8(0x20) : $0 }[...]
    while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
    while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
    let type = HeaderTypes.all[Int(first) % HeaderTypes.all.count]
    check(type, value)
  }

  private static func check<H: TypedHeader>(_ type: H.Type, _ value: ArraySlice<UInt8>) {
    if let header = try? H(parsing: value) { checkOne(header, "a value") }
    guard H.isList else { return }
    var place = 0
    var values: [H] = []
    while let next = (try? H.next(in: value, from: &place)) ?? nil {
      values.append(next)
      checkOne(next, "a value in a list")
    }
    guard !values.isEmpty else { return }
    var fields = HeaderFields()
    fields.set(values)
    let again = try? fields.all(H.self)
    require(again == values, "\(H.self): a list comes back as \(String(describing: again)), it was \(values)")
  }

  private static func checkOne<H: TypedHeader>(_ header: H, _ what: String) {
    var text: [UInt8] = []
    header.serialize(into: &text)
    require(!text.contains { $0 == 0x0D || $0 == 0x0A }, "\(H.self): a line end in what is written")
    let again = try? H(parsing: text[...])
    require(again == header, "\(H.self): \(what) comes back as \(String(describing: again)), it was \(header)")
    var second: [UInt8] = []
    again?.serialize(into: &second)
    require(second == text, "\(H.self): written again it is another text")
    require(again?.hashValue == header.hashValue, "\(H.self): equal values with different hashes")
  }
}
