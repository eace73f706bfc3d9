public import SIPExtensions
import SIPMessages

/// What others are told about who is there, and whose signatures are believed.
public struct IdentityConfiguration: Hashable, Sendable {
  /// A peer that knows RFC 4916 is told who was reached and when that changes. False: this phone does as if it had never heard of
  /// it.
  public var tellsConnected = true
  /// Responses say who made them, and what others say there is taken as their word (draft-cao-sip-response-auth, expired).
  public var usesResponder = false
  /// The file with the certificates that callers' signatures must lead to, PEM; nil: signatures are not looked at.
  public var anchorsFile: String?
  /// What `anchorsFile` holds. Reading files is for whoever made the configuration.
  public var anchors: [UInt8] = []
  /// Which calls are refused for their signature; none, unless the user wants it.
  public var refusal = VerificationPolicy.Refusal.never
  /// In seconds.
  public var freshness: Int64 = 60
  /// Certificates may be fetched from hosts of private networks; for those who run their own.
  public var fetchesPrivately = false
  /// Keys of the user's own addresses.
  public var signers: [Signer] = []

  public struct Signer: Hashable, Sendable {
    public var signer: IdentitySigner
    /// Where `signer.privateKey` is read from.
    public var keyFile: String

    public init(signer: IdentitySigner, keyFile: String) {
      self.signer = signer
      self.keyFile = keyFile
    }
  }

  public init() {}

  var policy: VerificationPolicy {
    VerificationPolicy(anchors: anchors, freshness: freshness, refusal: refusal)
  }
}

/// Reads `[identity]` and `[[identity.signers]]`.
enum IdentityReader {
  static func read(_ table: inout TableReader, into identity: inout IdentityConfiguration, _ problems: inout [ConfigurationProblem])
  {
    if let tells = table.boolean("connected") { identity.tellsConnected = tells }
    identity.anchorsFile = table.string("anchors")?.value
    if let isPrivate = table.boolean("fetch_privately") { identity.fetchesPrivately = isPrivate }
    if let freshness = table.integer("freshness") {
      if (1...86_400).contains(freshness.value) {
        identity.freshness = freshness.value
      } else {
        table.report(.error, at: freshness.position, "`freshness` wants seconds, from 1 to 86400")
      }
    }
    if let refuse = table.string("refuse") {
      switch refuse.value.lowercased() {
      case "never": identity.refusal = .never
      case "invalid": identity.refusal = .whenInvalid
      case "unsigned": identity.refusal = .always
      default: table.report(.error, at: refuse.position, "`refuse` wants \"never\", \"invalid\" or \"unsigned\"")
      }
    }
    for var entry in table.tables("signers") {
      let address = entry.value.string("address"), key = entry.value.string("key"), url = entry.value.string("url")
      let isFull = !(entry.value.boolean("compact") ?? false)
      entry.value.finish(into: &problems)
      guard let address, let key, let url, let uri = DialTarget.uri(fromConfiguration: address.value),
        url.value.lowercased().hasPrefix("https://")
      else {
        table.report(
          .error, at: entry.position,
          "a signer needs `address`, `key` (the file of its private key) and `url` (https, of its certificate)")
        continue
      }
      identity.signers.append(
        IdentityConfiguration.Signer(
          signer: IdentitySigner(address: uri, privateKey: [], certificateURI: url.value, isFull: isFull), keyFile: key.value))
    }
  }
}
