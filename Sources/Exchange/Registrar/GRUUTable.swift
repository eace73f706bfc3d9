internal import SIPMessages
internal import SansIO

/// Public and temporary globally routable user agent URIs (RFC 5627 section 5).
struct GRUUTable: Sendable {
  private struct Temporary: Sendable {
    var token: String
    var user: String
    var instance: String
  }

  private let domain: String
  private var random: RandomSource
  /// The Call-ID of each instance's registration; another one ends the life of its temporary GRUUs.
  private var calls: [String: String] = [:]
  private var temporaries: [Temporary] = []

  /// Older temporary GRUUs of all users together are forgotten beyond this.
  private static let limit = 10_000

  init(domain: String, random: RandomSource) {
    self.domain = domain
    self.random = random
  }

  mutating func instanceRegistered(user: String, instance: String, callID: String) {
    let key = user + " " + instance
    if let known = calls[key], known != callID { temporaries.removeAll { $0.user == user && $0.instance == instance } }
    calls[key] = callID
  }

  /// The same for every registration of an instance: the address of record with `gr` set to the instance's URN.
  func publicGRUU(user: String, instance: String) -> SIPURI {
    var uri = SIPURI(user: user, host: .name(domain))
    let urn = instance.hasPrefix("<") && instance.hasSuffix(">") ? String(instance.dropFirst().dropLast()) : instance
    uri.parameters.set("gr", urn)
    return uri
  }

  /// A new one with every registration; it tells nothing about the user.
  mutating func temporaryGRUU(user: String, instance: String) -> SIPURI {
    let token = "tgruu." + random.token(bits: 96)
    temporaries.append(Temporary(token: token, user: user, instance: instance))
    if temporaries.count > Self.limit { temporaries.removeFirst(temporaries.count - Self.limit) }
    var uri = SIPURI(user: token, host: .name(domain))
    uri.parameters.set("gr")
    return uri
  }

  /// Whom a GRUU names; nil for a temporary one whose time is over.
  func instance(of uri: SIPURI) -> (user: String, instance: String)? {
    guard let user = uri.decodedUser else { return nil }
    if let urn = uri.parameters["gr"], !urn.isEmpty { return (user, "<\(urn)>") }
    guard let temporary = temporaries.first(where: { $0.token == user }) else { return nil }
    return (temporary.user, temporary.instance)
  }
}
