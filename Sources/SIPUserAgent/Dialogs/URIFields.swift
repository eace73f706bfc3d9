public import SIPMessages

extension SIPURI {
  /// The header fields that the URI asks for and that may stand in a request made of it (RFC 3261 section 19.1.5).
  ///
  /// "An implementation SHOULD NOT honor these obviously dangerous header fields: From, Call-ID, CSeq, Via, and Record-Route", nor
  /// routes, nor what would speak for us: Accept, Allow, Contact, Organization, Supported, User-Agent. A link comes from anywhere,
  /// so only what is known to be harmless is taken: what a person reads about a call. The body is never taken.
  public var harmlessFields: HeaderFields {
    var fields = HeaderFields()
    for header in headers.prefix(Self.maximumFields) {
      let name = HeaderName(header.decodedName)
      let value = header.decodedValue
      guard Self.harmlessNames.contains(name), !fields.contains(name), !value.isEmpty, value.utf8.count <= Self.longestFieldValue,
        value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
      else { continue }
      fields.append(name: name, value: value)
    }
    return fields
  }

  static let harmlessNames: [HeaderName] = [.subject, .priority, .inReplyTo]
  /// More than a link that means well has.
  private static let maximumFields = 16
  private static let longestFieldValue = 256
}
