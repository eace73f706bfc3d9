/// The `[tls]` table: paths of PEM files.
public struct TLSConfiguration: Hashable, Sendable {
  /// Our own certificate, shown to those who connect to us; nil for none.
  public var certificate: String?
  public var key: String?
  /// Roots to trust beside the system's; nil for the system's alone.
  public var caFile: String?

  /// Who connects to us by TLS is asked for a certificate; one that is shown must lead to a trusted authority, and then it says who
  /// calls (RFC 5922). False: nobody is asked.
  public var asksClients = false

  public init() {}
}
