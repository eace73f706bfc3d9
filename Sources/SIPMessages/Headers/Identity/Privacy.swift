/// What of the sender's identity is to be hidden (RFC 3323 section 4.2).
public struct Privacy: TypedHeader {
  public static var name: HeaderName { .privacy }

  /// `id`, `header`, `session`, `user`, `none`, `critical`, in lower case.
  public var values: [String]

  public init(_ values: [String]) {
    self.values = values
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    cursor.skipWhitespace()
    var values: [String] = []
    // Section 4.2 separates with semicolons; commas arrive too.
    repeat { values.append(try cursor.token().lowercased()) } while cursor.skipSeparator(0x3B) || cursor.skipSeparator(0x2C)
    try cursor.expectEnd()
    self.values = values
  }

  public func serialize(into bytes: inout [UInt8]) {
    for (position, value) in values.enumerated() {
      if position > 0 { bytes.append(0x3B) }
      bytes.append(fieldText: value)
    }
  }
}

extension HeaderFields {
  /// The sender wants its identity kept within the network that knows it (RFC 3323 section 4.2, RFC 3325 section 9.3): `id`, `user`
  /// or `header` in Privacy. A Privacy that cannot be read asks for nothing.
  public var withholdsIdentity: Bool {
    let values = ((try? self[Privacy.self]) ?? nil)?.values ?? []
    return values.contains { ["id", "user", "header"].contains($0) }
  }
}
