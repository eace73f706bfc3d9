import SIPMessages
import SIPUserAgent

/// Reads one `[[accounts]]` table.
enum AccountReader {
  /// nil when there is no usable address; everything else has a default.
  static func read(_ table: inout TableReader, at position: TextPosition) -> AccountConfiguration? {
    let address = table.string("address")
    var account = address.flatMap { DialTarget.sipURI(fromConfiguration: $0.value) }.map { AccountConfiguration(address: $0) }
    if let uri = account?.address, uri.user == nil || !uri.parameters.isEmpty || !uri.headers.isEmpty { account = nil }
    if let address, account?.address.password != nil {
      account = nil
      table.report(
        .error, at: address.position, "`address` holds a password, which everybody you call could read: `password` is its place")
    } else if let address, account == nil {
      table.report(.error, at: address.position, "`address` must be like \"alice@example.com\"")
    } else if address == nil, !table.entries.contains(where: { $0.key == "address" }) {
      table.report(.error, at: position, "an account needs `address`")
    }
    // The other keys are read even so, that their mistakes are told in the same run.
    var settings = account ?? AccountConfiguration(address: SIPURI(user: nil, host: .name("invalid"), port: nil))
    readIdentity(&table, into: &settings)
    readRouting(&table, into: &settings)
    return account == nil ? nil : settings
  }

  private static func readIdentity(_ table: inout TableReader, into account: inout AccountConfiguration) {
    account.displayName = table.string("display_name").flatMap { DisplayText.bounded($0.value) }
    account.authenticationUser = table.string("auth_user")?.value
    account.password = table.string("password")?.value
    if let command = table.string("password_command") {
      if account.password != nil {
        table.report(.error, at: command.position, "`password_command` and `password` exclude each other")
      } else {
        account.passwordCommand = command.value
      }
    }
  }

  private static func readRouting(_ table: inout TableReader, into account: inout AccountConfiguration) {
    if let registrar = table.string("registrar") {
      if let uri = DialTarget.sipURI(fromConfiguration: registrar.value), uri.user == nil {
        account.registrar = uri
      } else {
        table.report(.error, at: registrar.position, "`registrar` must be like \"sip:example.com\", without a user")
      }
    }
    for proxy in table.strings("outbound_proxies") ?? [] {
      if var uri = DialTarget.sipURI(fromConfiguration: proxy.value) {
        // Strict routers died with RFC 2543; a proxy written without `lr` is a loose one all the same.
        if !uri.isLooseRouter { uri.parameters.set("lr", nil) }
        account.outboundProxies.append(uri)
      } else {
        table.report(
          .error, at: proxy.position, "`outbound_proxies` wants addresses like \"sip:proxy.example.com;transport=tls;lr\"")
      }
    }
    if let transport = table.string("transport") {
      if let known = TransportProtocol(named: transport.value) {
        account.transport = known
      } else {
        table.report(.error, at: transport.position, "`transport` must be \"udp\", \"tcp\" or \"tls\"")
      }
    }
    account.registers = table.boolean("register") ?? true
    account.trustsServer = table.boolean("trust_server") ?? false
    account.requiresCalleeCapabilities = table.boolean("require_callee_capabilities") ?? false
    account.usesOutbound = table.boolean("outbound") ?? true
    account.keepsFlowOpen = table.boolean("keep_alive") ?? true
    account.usesGRUU = table.boolean("gruu") ?? true
    account.registrationEvents = table.boolean("registration_events")
    for rule in table.strings("calls_to") ?? [] {
      if let known = CallingAccounts.Rule(rule.value) {
        account.callsTo.append(known)
      } else {
        table.report(.error, at: rule.position, "`calls_to` wants numbers and addresses like \"+49*\", \"*@example.com\"")
      }
    }
    if let flows = table.integer("flows") {
      if (1...Int64(AccountConfiguration.mostFlows)).contains(flows.value) {
        account.flows = Int(flows.value)
      } else {
        table.report(.error, at: flows.position, "`flows` must be from 1 to \(AccountConfiguration.mostFlows)")
      }
    }
    account.recovery.baseWhenAllFailed = seconds("base_time_all_failed", &table) ?? account.recovery.baseWhenAllFailed
    account.recovery.baseWhenOthersLive = seconds("base_time_not_failed", &table) ?? account.recovery.baseWhenOthersLive
    if let use = table.string("service_route") {
      if let known = ServiceRouteUse(rawValue: use.value) {
        account.serviceRoute = known
      } else {
        table.report(.error, at: use.position, "`service_route` must be \"replace\" or \"append\"")
      }
    }
    if let expires = table.integer("expires") {
      if (60...86_400).contains(expires.value) {
        account.expires = .seconds(expires.value)
      } else {
        table.report(.error, at: expires.position, "`expires` must be from 60 to 86400 seconds")
      }
    }
    readCredential(&table, into: &account)
    if let pin = table.string("certificate_pin") {
      if let bytes = fingerprint(pin.value) {
        account.certificatePin = bytes
      } else {
        table.report(.error, at: pin.position, "`certificate_pin` must be a SHA-256 fingerprint: 32 bytes in hexadecimal")
      }
    }
  }

  /// `tls_certificate` and `tls_key`, both or neither.
  private static func readCredential(_ table: inout TableReader, into account: inout AccountConfiguration) {
    let certificate = table.string("tls_certificate"), key = table.string("tls_key")
    switch (certificate, key) {
    case (let certificate?, let key?):
      account.credential = ClientCredential(certificateFile: certificate.value, keyFile: key.value)
    case (let half?, nil), (nil, let half?):
      table.report(.error, at: half.position, "`tls_certificate` and `tls_key` go together")
    case (nil, nil): break
    }
  }

  /// A pause of RFC 5626 section 4.5, in seconds.
  private static func seconds(_ key: String, _ table: inout TableReader) -> Duration? {
    guard let value = table.integer(key) else { return nil }
    guard (1...1800).contains(value.value) else {
      table.report(.error, at: value.position, "`\(key)` must be from 1 to 1800 seconds")
      return nil
    }
    return .seconds(value.value)
  }

  /// Reads `AB:CD:…` or `abcd…`, with or without `sha256:` before it.
  static func fingerprint(_ text: String) -> [UInt8]? {
    var text = text.lowercased()
    for prefix in ["sha256:", "sha-256:", "sha-256 "] where text.hasPrefix(prefix) { text.removeFirst(prefix.count) }
    let digits = text.utf8.filter { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: " ") }
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: 64, by: 2) {
      guard let high = hexValue(digits[index]), let low = hexValue(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 48...57: digit - 48
    case 97...102: digit - 87
    default: nil
    }
  }
}
