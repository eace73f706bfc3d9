/// Who made a response, in its own words (draft-cao-sip-response-auth-00, expired):
/// `claimer=<sip:bob@example.com>;verify-method=DAS`.
public struct Responder: TypedHeader {
  public static var name: HeaderName { .responder }

  /// Who answers, by its own account.
  public var claimer: URI
  /// How that could be checked: `DAS` (the domain signs), `AIB` (a signed body); nil when nothing is said.
  public var verifyMethod: String?

  public init(claimer: URI, verifyMethod: String? = nil) {
    self.claimer = claimer
    self.verifyMethod = verifyMethod
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    cursor.skipWhitespace()
    guard try cursor.lowercasedToken() == "claimer", cursor.skipSeparator(0x3D) else { throw cursor.error(.expectedToken) }
    let isBracketed = cursor.skip(0x3C)
    let start = cursor.index
    while let byte = cursor.current, isBracketed ? byte != 0x3E : byte != 0x3B && !byte.isLinearWhitespace { cursor.index += 1 }
    let text = cursor.string(start..<cursor.index)
    guard !isBracketed || cursor.skip(0x3E) else { throw cursor.error(.unexpectedCharacter) }
    // The draft's own examples leave the scheme out, which its grammar asks for.
    guard let uri = (try? URI(parsing: text.contains(":") ? text : "sip:" + text)) else { throw cursor.error(.expectedToken) }
    claimer = uri
    let parameters = try cursor.parameters()
    try cursor.expectEnd()
    verifyMethod = parameters["verify-method"]
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(fieldText: "claimer=<\(claimer.description)>")
    if let verifyMethod { bytes.append(fieldText: ";verify-method=\(verifyMethod)") }
  }
}

extension HeaderName {
  public static var responder: HeaderName { HeaderName("Responder") }
  /// Where the certificate of the domain is that signed a response.
  public static var responderInfo: HeaderName { HeaderName("Responder-Info") }
}

extension OptionTag {
  /// The called side must say who it is.
  public static var responderID: OptionTag { OptionTag("responder-id") }
}

extension StatusCode {
  /// 431: a proxy could not verify who answered. Never registered.
  public static var failedResponderIdentity: StatusCode { StatusCode(431) }
  /// 432: a proxy could not verify that the answer came from the next hop. Never registered.
  public static var failedResponseAuthorization: StatusCode { StatusCode(432) }
}
