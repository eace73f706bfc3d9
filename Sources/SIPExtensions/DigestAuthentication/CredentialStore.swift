public import SIPMessages

/// A name and a password for one or more realms.
public struct DigestCredentials: Hashable, Sendable {
  public var username: String
  public var password: String

  public init(username: String, password: String) {
    self.username = username
    self.password = password
  }
}

/// Who we are to whom: credentials by account and realm.
public struct CredentialStore: Sendable {
  private struct Entry: Sendable {
    var account: String?
    var realm: String?
    var credentials: DigestCredentials
  }

  private var entries: [Entry] = []

  public init() {}

  /// Remembers credentials, in place of older ones for the same account and realm.
  ///
  /// - Parameters:
  ///   - account: the address of record that may use them; nil for any.
  ///   - realm: the realm that may see them; nil for any that asks.
  public mutating func set(_ credentials: DigestCredentials, account: URI?, realm: String?) {
    let key = account.map(Self.key)
    entries.removeAll { $0.account == key && $0.realm == realm }
    entries.append(Entry(account: key, realm: realm, credentials: credentials))
  }

  /// Forgets everything that belongs to an account.
  public mutating func remove(account: URI) {
    let key = Self.key(account)
    entries.removeAll { $0.account == key }
  }

  /// The most particular ones: of this account and realm, then of the account, then of the realm, then those for everybody.
  public func credentials(account: URI?, realm: String) -> DigestCredentials? {
    let key = account.map(Self.key)
    var best: (rank: Int, credentials: DigestCredentials)?
    for entry in entries {
      guard entry.account == nil || entry.account == key, entry.realm == nil || entry.realm == realm else { continue }
      let rank = (entry.account == nil ? 0 : 2) + (entry.realm == nil ? 0 : 1)
      if rank >= best?.rank ?? 0 { best = (rank, entry.credentials) }
    }
    return best?.credentials
  }

  /// User and host of a SIP URI: port and parameters do not make another account.
  static func key(_ uri: URI) -> String {
    guard let sip = uri.sip else { return uri.description }
    return (sip.decodedUser.map { $0 + "@" } ?? "") + sip.host.description.lowercased()
  }
}
