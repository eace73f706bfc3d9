import NIOCore
import NIOSSL
import SIPUserAgent
import SansIO

/// The TLS contexts of one network, each made when it is first wanted: reading the system's authorities takes 20 ms, more than all
/// the rest of the start.
///
/// The chain is verified by BoringSSL, the name is not: RFC 5922 has rules of its own about names, and they are the user agent's.
final class TLSContexts {
  private let settings: TLSSettings
  /// By what is shown to the server; nil is the certificate of all accounts.
  private var clientContexts: [ClientCredential?: NIOSSLContext] = [:]
  private var pinnedContexts: [ClientCredential?: NIOSSLContext] = [:]
  private var serverContext: NIOSSLContext?

  init(settings: TLSSettings) {
    self.settings = settings
  }

  func clientHandler(for target: FlowTarget) throws -> NIOSSLClientHandler {
    // A literal address may not stand in the server name indication (RFC 6066 section 3).
    let name = target.serverName.flatMap { SansIO.IPAddress($0) != nil ? nil : $0 }
    guard let pin = target.pinnedCertificate else {
      return try NIOSSLClientHandler(context: client(target.credential), serverHostname: name)
    }
    return try NIOSSLClientHandler(context: pinned(target.credential), serverHostname: name) { certificates, verdict in
      let fingerprint = certificates.first.flatMap { try? PeerCertificate($0).fingerprint }
      verdict.succeed(fingerprint == pin ? .certificateVerified : .failed)
    }
  }

  private func client(_ credential: ClientCredential?) throws -> NIOSSLContext {
    if let known = clientContexts[credential] { return known }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.certificateVerification = .noHostnameVerification
    try addAuthorities(to: &configuration)
    let context = try showing(credential, configuration)
    clientContexts[credential] = context
    return context
  }

  private func addAuthorities(to configuration: inout TLSConfiguration) throws {
    guard let file = settings.authorityFile else { return }
    guard let authorities = try? NIOSSLCertificate.fromPEMFile(file) else {
      throw TLSProblem("\(file) holds no certificate in PEM form or cannot be read (see [tls] ca_file)")
    }
    configuration.additionalTrustRoots = [.certificates(authorities)]
  }

  /// For peers whose certificate is known beforehand; no authority is asked.
  private func pinned(_ credential: ClientCredential?) throws -> NIOSSLContext {
    if let known = pinnedContexts[credential] { return known }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.certificateVerification = .noHostnameVerification
    configuration.trustRoots = .certificates([])
    let context = try showing(credential, configuration)
    pinnedContexts[credential] = context
    return context
  }

  func server() throws -> NIOSSLContext {
    if let serverContext { return serverContext }
    guard let certificateFile = settings.certificateFile, let keyFile = settings.privateKeyFile else {
      throw TLSProblem("listening for TLS needs a certificate and its key (see [tls] certificate and key)")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try Self.certificates(certificateFile), privateKey: .privateKey(try Self.key(keyFile)))
    configuration.minimumTLSVersion = .tlsv12
    if settings.asksClients {
      configuration.certificateVerification = .optionalVerification
      configuration.trustRoots = .default
      try addAuthorities(to: &configuration)
    }
    let context = try Self.context(configuration, certificateFile, keyFile)
    serverContext = context
    return context
  }

  /// A context with an account's own certificate, else with the one of all accounts, if there is one.
  private func showing(_ credential: ClientCredential?, _ configuration: TLSConfiguration) throws -> NIOSSLContext {
    var configuration = configuration
    guard let certificateFile = credential?.certificateFile ?? settings.certificateFile,
      let keyFile = credential?.keyFile ?? settings.privateKeyFile
    else { return try NIOSSLContext(configuration: configuration) }
    configuration.certificateChain = try Self.certificates(certificateFile)
    configuration.privateKey = .privateKey(try Self.key(keyFile))
    return try Self.context(configuration, certificateFile, keyFile)
  }

  private static func context(_ configuration: TLSConfiguration, _ certificateFile: String, _ keyFile: String) throws
    -> NIOSSLContext
  {
    guard let context = try? NIOSSLContext(configuration: configuration) else {
      throw TLSProblem("the key in \(keyFile) does not belong to the certificate in \(certificateFile)")
    }
    return context
  }

  private static func certificates(_ file: String) throws -> [NIOSSLCertificateSource] {
    guard let chain = try? NIOSSLCertificate.fromPEMFile(file), !chain.isEmpty else {
      throw TLSProblem("\(file) holds no certificate in PEM form or cannot be read")
    }
    return chain.map { .certificate($0) }
  }

  private static func key(_ file: String) throws -> NIOSSLPrivateKey {
    guard let key = try? NIOSSLPrivateKey(file: file, format: .pem) else {
      throw TLSProblem("\(file) holds no private key in PEM form without a passphrase, or cannot be read")
    }
    return key
  }
}
