public import SIPMessages

/// Who signs, and for whom: a telephone number or an address, in the one form that both ends compute (RFC 8224 sections 8.3, 8.5).
public enum PartyIdentity: Hashable, Sendable, CustomStringConvertible {
  /// Digits, `#` and `*`; a number of E.164 has its country code and no plus sign.
  case telephoneNumber(String)
  /// `sip:alice@example.com`, all in lower case.
  case uri(String)

  /// nil when the URI names nobody.
  public init?(_ uri: URI) {
    switch uri {
    case .tel(let tel):
      guard let number = Self.canonicalNumber(tel.number) else { return nil }
      self = .telephoneNumber(number)
    case .sip(let sip):
      guard let user = sip.decodedUser, !user.isEmpty else { return nil }
      // Section 8.1: labelled as a number, or with the plus sign of one. What else is dialled is this phone's neighbours' affair.
      let isNumber = sip.parameters["user"]?.lowercased() == "phone" || user.hasPrefix("+")
      let subscriber = user.prefix { $0 != ";" }
      if isNumber, let number = Self.canonicalNumber(String(subscriber)) {
        self = .telephoneNumber(number)
      } else {
        self = .uri("\(sip.isSecure ? "sips" : "sip"):\(Self.normalized(user))@\(sip.host.description.lowercased())")
      }
    case .other(let scheme, let rest):
      guard !rest.isEmpty else { return nil }
      self = .uri("\(scheme.lowercased()):\(rest)")
    }
  }

  /// Section 8.3: without separators; nil when something is left that is no number's, or nothing is left.
  public static func canonicalNumber(_ text: String) -> String? {
    guard text.utf8.count <= 64 else { return nil }
    var number = ""
    for character in text.utf8 {
      switch character {
      case 0x30...0x39, 0x23, 0x2A: number.unicodeScalars.append(Unicode.Scalar(character))
      case 0x2B, 0x2D, 0x2E, 0x28, 0x29, 0x20: continue
      default: return nil
      }
    }
    return number.isEmpty || number.utf8.count > 15 ? nil : number
  }

  /// Section 8.5: in lower case, and escaped only where it must be.
  private static func normalized(_ user: String) -> String {
    var text: [UInt8] = []
    for byte in user.lowercased().utf8 {
      switch byte {
      case 0x30...0x39, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x21, 0x2A, 0x27, 0x28, 0x29, 0x26, 0x3D, 0x2B, 0x24, 0x2C, 0x3B, 0x3F,
        0x2F:
        text.append(byte)
      default: text += Array("%\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  public var description: String {
    switch self {
    case .telephoneNumber(let number): number
    case .uri(let uri): uri
    }
  }

  /// As `orig` holds it.
  var json: JSONValue {
    switch self {
    case .telephoneNumber(let number): .object([.init(name: "tn", value: .string(number))])
    case .uri(let uri): .object([.init(name: "uri", value: .string(uri))])
    }
  }

  /// As `dest` holds it.
  var jsonList: JSONValue {
    switch self {
    case .telephoneNumber(let number): .object([.init(name: "tn", value: .array([.string(number)]))])
    case .uri(let uri): .object([.init(name: "uri", value: .array([.string(uri)]))])
    }
  }

  /// The identities of an `orig`, `dest` or `div` object; nil when it holds something else than lists of numbers and addresses.
  static func list(_ json: JSONValue?) -> [PartyIdentity]? {
    guard let members = json?.members else { return nil }
    var found: [PartyIdentity] = []
    for member in members {
      let values = member.value.elements ?? [member.value]
      for value in values.prefix(32) {
        guard let text = value.string else { return nil }
        switch member.name {
        case "tn":
          guard let number = canonicalNumber(text) else { return nil }
          found.append(.telephoneNumber(number))
        case "uri":
          guard let uri = try? URI(parsing: text), case .uri(let canonical)? = PartyIdentity(uri) else {
            found.append(.uri(text.lowercased()))
            continue
          }
          found.append(.uri(canonical))
        default: continue
        }
      }
    }
    return found.isEmpty ? nil : found
  }
}
