/// The exchange's little certification authority (RFC 8226): one root, one certificate for +1 215 555 0150 to 0159 and its key,
/// made once with openssl.
///
/// The root's key was thrown away, so that it certifies nothing else ever. Whoever trusts it trusts this key, which everybody has:
/// it is for demos and tests.
public enum ExchangeAuthority {
  /// Where a phone would fetch the certificate. Nobody answers there but whoever runs the exchange, with `certificate(at:)`.
  public static let certificateURI = "https://certificates.offhook.demo/numbers.pem"

  /// The bytes at `uri`; nil for any address but our own.
  public static func certificate(at uri: String) -> [UInt8]? {
    uri == certificateURI ? Array(certificate.utf8) : nil
  }

  /// PEM of the root: the anchor of whoever wants to believe the robots.
  public static var anchor: [UInt8] { Array(root.utf8) }

  static var privateKey: [UInt8] { Array(key.utf8) }

  private static let root = """
    -----BEGIN CERTIFICATE-----
    MIIBrDCCAVKgAwIBAgIUT6/ciBymZvBgEmMN5R3vtzv2VJUwCgYIKoZIzj0EAwIw
    MzEVMBMGA1UECgwMT2ZmaG9vayBEZW1vMRowGAYDVQQDDBFPZmZob29rIGRlbW8g
    cm9vdDAgFw0yMDAxMDEwMDAwMDBaGA8yMDk5MTIzMTIzNTk1OVowMzEVMBMGA1UE
    CgwMT2ZmaG9vayBEZW1vMRowGAYDVQQDDBFPZmZob29rIGRlbW8gcm9vdDBZMBMG
    ByqGSM49AgEGCCqGSM49AwEHA0IABH4qLQCEFHZnfdjAPu16dWvxGqbvjIM04MHs
    Zk/bhr2kwVgiydTVguRgIkqNOdq5SnD3pEUH2svaZBCVwkFLO3SjQjBAMA8GA1Ud
    EwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBQGiITo9/Lz3Y3u
    OqybPch4e9V6kTAKBggqhkjOPQQDAgNIADBFAiEA8bJxuE4NeZ1TNBKh76Wk2IrU
    o4JZ9bGGF59z/GsmBfwCIHNbrxEYptUdzlf7++139121xtD03Dj8cdvND61/ed1e
    -----END CERTIFICATE-----

    """

  private static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIB6DCCAY+gAwIBAgIUHVha3WufxeM6IIjfzDWZzbOyKugwCgYIKoZIzj0EAwIw
    MzEVMBMGA1UECgwMT2ZmaG9vayBEZW1vMRowGAYDVQQDDBFPZmZob29rIGRlbW8g
    cm9vdDAgFw0yMDAxMDEwMDAwMDBaGA8yMDk5MTIzMTIzNTk1OVowPzEeMBwGA1UE
    CgwVT2ZmaG9vayBkZW1vIGV4Y2hhbmdlMR0wGwYDVQQDDBRudW1iZXJzLm9mZmhv
    b2suZGVtbzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOETafzHkcDMoUx55i6s
    wAYRWFnNR46kqG3EcXfuNV483yKO3sbMGCmAekiQqJRjiuQwYQ5PqfaEpnZNlGcU
    t0ejczBxMCIGCCsGAQUFBwEaBBYwFKESMBAWCzEyMTU1NTUwMTUwAgEKMB0GA1Ud
    DgQWBBRWSkOgosyrxJwk8a/VKO0e9H+t8TAfBgNVHSMEGDAWgBQGiITo9/Lz3Y3u
    OqybPch4e9V6kTALBgNVHQ8EBAMCB4AwCgYIKoZIzj0EAwIDRwAwRAIgSr1Bo++p
    obW/5F9dQAAuUB1oxJlYlgecnYopaTImi88CIBdO7dqOqhVN+EjzyFXW2EX2hkE3
    +K2bROX51WJRe/QW
    -----END CERTIFICATE-----

    """

  private static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVB2G1Bt2JolR+zsr
    lU+zKSTG280kmDhe368Hg+udzB2hRANCAAThE2n8x5HAzKFMeeYurMAGEVhZzUeO
    pKhtxHF37jVePN8ijt7GzBgpgHpIkKiUY4rkMGEOT6n2hKZ2TZRnFLdH
    -----END PRIVATE KEY-----

    """
}
