import SIPMessages
import SIPUserAgent
import SansIO

/// Makes an address out of what a person typed.
enum DialTarget {
  /// Why something cannot be called; a sentence.
  struct Unusable: Error, Hashable {
    var reason: String
  }

  /// Whom `text` means: a URI, a contact's name (whole or its beginning), `user@host`, a number or a user at `home`'s domain.
  ///
  /// `home` is the account's address; nil when the account has no domain that would route a bare number.
  static func resolve(_ text: String, contacts: [ContactConfiguration], home: SIPURI?) throws(Unusable) -> URI {
    let typed = String(text.trimmingBlanks)
    guard !typed.isEmpty else { throw Unusable(reason: "Nothing to dial: type a number, a name or an address.") }
    if let uri = uri(withScheme: typed) { return try routable(uri, home: home) }
    if let contact = try contact(named: typed, in: contacts) { return try routable(contact.uri, home: home) }
    if typed.contains("@") || IPAddress(typed) != nil {
      guard let uri = sipURI(fromConfiguration: typed) else { throw Unusable(reason: "\(shown(typed)) is not an address.") }
      return .sip(uri)
    }
    guard let home else {
      throw Unusable(reason: "\(shown(typed)) is no contact, and there is no account whose domain could know it.")
    }
    if let number = number(typed) {
      var target = address(user: number, at: home)
      // Section 19.1.1: a telephone number says that it is one. A number of the house's own is none that others know.
      if number.hasPrefix("+"), number.dropFirst().allSatisfy(\.isNumber) { target.parameters.set("user", "phone") }
      return .sip(target)
    }
    guard typed.utf8.allSatisfy({ isWordByte($0) }) else {
      throw Unusable(reason: "\(shown(typed)) is no contact, no number and no address.")
    }
    return .sip(address(user: typed, at: home))
  }

  /// What a request to `text` takes over from the URI that was typed, or from the contact's: a Subject, and nothing that could
  /// speak for us (RFC 3261 section 19.1.5).
  static func fields(of text: String, contacts: [ContactConfiguration]) -> HeaderFields {
    let typed = String(text.trimmingBlanks)
    let found = uri(withScheme: typed) ?? (try? contact(named: typed, in: contacts))?.uri
    return found?.sip?.harmlessFields ?? HeaderFields()
  }

  /// Where a URI that somebody else gave leads, as `resolve` finds it for one that was typed.
  static func target(_ uri: URI, home: SIPURI?) throws(Unusable) -> URI {
    try routable(uri, home: home)
  }

  /// A URI of a configuration file: with its scheme, or `user@host`.
  static func uri(fromConfiguration text: String) -> URI? {
    if let uri = uri(withScheme: String(text.trimmingBlanks)) {
      switch uri {
      case .sip, .tel: return uri
      case .other: return nil
      }
    }
    return sipURI(fromConfiguration: text).map { .sip($0) }
  }

  /// A SIP URI of a configuration file, its scheme optional.
  static func sipURI(fromConfiguration text: String) -> SIPURI? {
    let typed = String(text.trimmingBlanks)
    let lower = typed.lowercased()
    guard !typed.isEmpty else { return nil }
    return try? SIPURI(parsing: lower.hasPrefix("sip:") || lower.hasPrefix("sips:") ? typed : "sip:" + typed)
  }

  private static func uri(withScheme text: String) -> URI? {
    let lower = text.lowercased()
    guard ["sip:", "sips:", "tel:"].contains(where: { lower.hasPrefix($0) }) else { return nil }
    return try? URI(parsing: text)
  }

  /// What may stand in a Request-URI: no header fields that a link slipped in, no method (RFC 3261 section 19.1.5), and a telephone
  /// number at the account's domain (section 19.1.6). A link that wants more than a call is refused and not made less.
  private static func routable(_ uri: URI, home: SIPURI?) throws(Unusable) -> URI {
    switch uri {
    case .sip(var sip):
      if let method = sip.parameters["method"], method.uppercased() != "INVITE" {
        throw Unusable(reason: "This address is not for calls: it asks for \(shown(method)).")
      }
      if let header = sip.headers.first(where: { $0.decodedName.lowercased() == "require" }) {
        throw Unusable(
          reason: "This address demands \(shown(header.decodedValue)) of a phone, which this one does not take from an address.")
      }
      sip.headers = []
      sip.parameters.remove("method")
      return .sip(sip)
    case .tel(let tel):
      guard let home else { throw Unusable(reason: "A telephone number needs an account whose provider can call it.") }
      var target = address(user: tel.subscriber, at: home)
      target.parameters.set("user", "phone")
      return .sip(target)
    case .other:
      throw Unusable(reason: "This phone calls sip:, sips: and tel: addresses only.")
    }
  }

  private static func contact(named text: String, in contacts: [ContactConfiguration]) throws(Unusable) -> ContactConfiguration? {
    let wanted = text.lowercased()
    if let exact = contacts.first(where: { $0.name.lowercased() == wanted }) { return exact }
    let matches = contacts.filter { $0.name.lowercased().hasPrefix(wanted) }
    if matches.count > 1 {
      let names = matches.prefix(4).map { $0.name }.joined(separator: ", ")
      throw Unusable(reason: "\(shown(text)) could be \(names): type more of the name.")
    }
    return matches.first
  }

  /// The digits of something that looks like a telephone number, without what people write between them; nil when it does not.
  private static func number(_ text: String) -> String? {
    var digits = ""
    for character in text.unicodeScalars {
      switch character {
      case "0"..."9", "*": digits.unicodeScalars.append(character)
      // RFC 3261 section 25.1: `#` is not allowed in a user part as it is.
      case "#": digits += "%23"
      case "+" where digits.isEmpty: digits = "+"
      case " ", "-", ".", "(", ")", "/": continue
      default: return nil
      }
    }
    return digits.contains(where: { $0.isNumber || $0 == "*" }) || digits == "%23" ? digits : nil
  }

  private static func address(user: String, at home: SIPURI) -> SIPURI {
    var uri = home
    uri.user = user
    uri.password = nil
    uri.headers = []
    return uri
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "!"), UInt8(ascii: "+"): true
    default: false
    }
  }

  private static func shown(_ text: String) -> String {
    "“\(DisplayText.bounded(text) ?? "?")”"
  }
}
