/// The methods the sender answers; the fields of one message add up (RFC 3261 section 20.5).
public struct Allow: TypedHeader {
  public static var name: HeaderName { .allow }

  // Bytes that were checked: most who read a message never ask for its methods.
  private var source: ArraySlice<UInt8>

  public init(_ methods: [Method]) {
    source = Self.bytes(methods)
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    try TokenList.check(bytes)
    source = bytes
  }

  public var methods: [Method] {
    get { (try? TokenList.parse(source) { KnownWords.method($0, $1) }) ?? [] }
    set { source = Self.bytes(newValue) }
  }

  private static func bytes(_ methods: [Method]) -> ArraySlice<UInt8> {
    var bytes: [UInt8] = []
    TokenList.serialize(methods.map(\.token), into: &bytes)
    return bytes[...]
  }

  public static func == (left: Allow, right: Allow) -> Bool {
    left.source == right.source || left.methods == right.methods
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(methods)
  }

  public func serialize(into bytes: inout [UInt8]) {
    TokenList.serialize(methods.map(\.token), into: &bytes)
  }
}
