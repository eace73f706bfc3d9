/// What TLS needs to know from the configuration.
public struct TLSSettings: Hashable, Sendable {
  /// A PEM file of authorities that are trusted besides the system's; nil for none.
  public var authorityFile: String?
  /// The PEM file of our own certificate, leaf first, for TLS listeners; nil when there are none.
  public var certificateFile: String?
  /// The PEM file of the key that belongs to it.
  public var privateKeyFile: String?
  /// Those who connect to us are asked for a certificate, and refused with one that leads to no authority that we trust. They may
  /// come without.
  public var asksClients: Bool

  public init(
    authorityFile: String? = nil, certificateFile: String? = nil, privateKeyFile: String? = nil, asksClients: Bool = false
  ) {
    self.asksClients = asksClients
    self.authorityFile = authorityFile
    self.certificateFile = certificateFile
    self.privateKeyFile = privateKeyFile
  }
}
