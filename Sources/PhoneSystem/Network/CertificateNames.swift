/// The common names of subject and issuer in an X.509 certificate (RFC 5280 section 4.1).
///
/// NIOSSL keeps the subject to itself. Only the way to the two names is read; every length is checked against what encloses it.
struct CertificateNames {
  private(set) var subject: String?
  private(set) var issuer: String?
  /// Issuer and subject are the same name.
  let isSelfIssued: Bool

  /// nil when the bytes are no certificate.
  init?(der: [UInt8]) {
    var outer = DERReader(der[...])
    guard let certificate = outer.next(), certificate.tag == DERReader.sequence else { return nil }
    var body = DERReader(certificate.content)
    guard let signed = body.next(), signed.tag == DERReader.sequence else { return nil }
    var fields = DERReader(signed.content)
    // version [0] EXPLICIT is optional; then serialNumber, signature, issuer, validity, subject.
    guard var field = fields.next() else { return nil }
    if field.tag == 0xA0 {
      guard let serial = fields.next() else { return nil }
      field = serial
    }
    guard fields.next() != nil, let issuer = fields.next(), fields.next() != nil, let subject = fields.next() else { return nil }
    self.issuer = Self.commonName(in: issuer.content)
    self.subject = Self.commonName(in: subject.content)
    isSelfIssued = issuer.content.elementsEqual(subject.content)
  }

  /// The last commonName, which is the most specific one.
  private static func commonName(in name: ArraySlice<UInt8>) -> String? {
    var found: String?
    var sets = DERReader(name)
    while let set = sets.next() {
      var attributes = DERReader(set.content)
      while let attribute = attributes.next() {
        var parts = DERReader(attribute.content)
        guard let type = parts.next(), let value = parts.next(), type.content.elementsEqual([0x55, 0x04, 0x03]) else { continue }
        found = String(decoding: value.content, as: UTF8.self)
      }
    }
    return found
  }
}

/// Walks over DER elements with definite lengths, one level deep.
private struct DERReader {
  static let sequence: UInt8 = 0x30
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  mutating func next() -> (tag: UInt8, content: ArraySlice<UInt8>)? {
    guard rest.count >= 2, let tag = rest.popFirst(), let first = rest.popFirst() else { return nil }
    var length = Int(first)
    if first >= 0x80 {
      let count = Int(first & 0x7F)
      // A certificate of more than 16 MiB is none.
      guard (1...3).contains(count), rest.count >= count else { return nil }
      length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(count)
    }
    guard length <= rest.count else { return nil }
    defer { rest = rest.dropFirst(length) }
    return (tag, rest.prefix(length))
  }
}
