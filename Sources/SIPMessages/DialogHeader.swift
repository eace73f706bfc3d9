/// A header that names a dialog: a Call-ID and two tags as parameters (RFC 3891, 3911, 4538).
public protocol DialogHeader: TypedHeader {
  var callID: String { get set }
  var parameters: Parameters { get set }
  init(callID: String, parameters: Parameters)
}

extension DialogHeader {
  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    cursor.skipWhitespace()
    var range = cursor.take(.word)
    if cursor.skip(0x40) { range = range.lowerBound..<cursor.take(.word).upperBound }
    guard !range.isEmpty else { throw cursor.error(.empty) }
    let callID = cursor.string(range)
    let parameters = try cursor.parameters()
    try cursor.expectEnd()
    self.init(callID: callID, parameters: parameters)
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(fieldText: callID)
    parameters.serialize(into: &bytes)
  }
}
