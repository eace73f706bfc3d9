/// What TLS needs to know from the configuration.
public struct TLSSettings: Hashable, Sendable {
  /// A PEM file of authorities that are trusted besides the system's; nil for none.
  public var authorityFile: String?
  /// The PEM file of our own certificate, leaf first, for TLS listeners; nil when there are none.
  public var certificateFile: String?
  /// The PEM file of the key that belongs to it.
  public var privateKeyFile: String?

  public init(authorityFile: String? = nil, certificateFile: String? = nil, privateKeyFile: String? = nil) {
    self.authorityFile = authorityFile
    self.certificateFile = certificateFile
    self.privateKeyFile = privateKeyFile
  }
}
