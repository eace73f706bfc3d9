/// Option tags between commas, checked but not made into Strings before somebody asks for them.
struct OptionTagList: Hashable, Sendable {
  private var source: ArraySlice<UInt8>

  init(_ tags: [OptionTag]) {
    var bytes: [UInt8] = []
    TokenList.serialize(tags.map(\.token), into: &bytes)
    source = bytes[...]
  }

  init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    try TokenList.check(bytes)
    source = bytes
  }

  var tags: [OptionTag] { (try? TokenList.optionTags(source)) ?? [] }

  static func == (left: OptionTagList, right: OptionTagList) -> Bool {
    left.source == right.source || left.tags == right.tags
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(tags)
  }
}
