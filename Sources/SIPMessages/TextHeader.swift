/// A header that is free text for people.
public protocol TextHeader: TypedHeader {
  var value: String { get }
  init(value: String)
}

extension TextHeader {
  @inlinable
  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    self.init(value: String(decoding: bytes, as: UTF8.self))
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(fieldText: value)
  }
}
