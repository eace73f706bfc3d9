/// A header that names a dialog: a Call-ID and two tags as parameters (RFC 3891, 3911, 4538).
public protocol DialogHeader: TypedHeader {
  var callID: String { get set }
  var parameters: Parameters { get set }
  init(callID: String, parameters: Parameters)
}

extension DialogHeader {
  @inlinable
  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    let callID = try cursor.callID()
    let parameters = try cursor.parameters()
    try cursor.expectEnd()
    self.init(callID: callID, parameters: parameters)
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(fieldText: callID)
    parameters.serialize(into: &bytes)
  }
}
