import Media
import SIPMessages
import SIPUserAgent
import SansIO

/// Makes a `Configuration` from the text of a TOML file.
public enum ConfigurationParser {
  /// Reads what can be read; what is wrong keeps its default and is told. `file` is the name to show in problems, which come in the
  /// order of the text. No bytes whatever make this fail in another way.
  public static func parse(_ bytes: [UInt8], file: String) -> (Configuration, [ConfigurationProblem]) {
    var configuration = Configuration()
    var problems: [ConfigurationProblem] = []
    do throws(TOMLDocument.Failure) {
      let root = try TOMLDocument.parse(bytes)
      if case .table(let entries) = root.content {
        var reader = TableReader(file: file, name: "", entries: entries)
        readRoot(&reader, into: &configuration, &problems)
        reader.finish(into: &problems)
      }
    } catch {
      let message = DisplayText.bounded(error.message, to: 300) ?? ""
      problems.append(
        ConfigurationProblem(.error, file: file, line: error.position.line, column: error.position.column, message: message))
    }
    problems.sort { ($0.line, $0.column, $0.message) < ($1.line, $1.column, $1.message) }
    return (configuration, problems)
  }

  private static func readRoot(
    _ root: inout TableReader, into configuration: inout Configuration, _ problems: inout [ConfigurationProblem]
  ) {
    for var table in root.tables("accounts") {
      let account = AccountReader.read(&table.value, at: table.position)
      table.value.finish(into: &problems)
      guard let account else { continue }
      if configuration.accounts.contains(where: { $0.address.matches(account.address) }) {
        root.report(.error, at: table.position, "there is another account with the address \(account.name)")
      } else {
        configuration.accounts.append(account)
      }
    }
    if var table = root.table("experimental") {
      var experiments = RoutingExperiments()
      experiments.offersServiceRouteTag = table.boolean("sr") ?? false
      experiments.offersLooseRouting = table.boolean("ua_loose") ?? false
      configuration.identity.usesResponder = table.boolean("response_identity") ?? false
      table.finish(into: &problems)
      for index in configuration.accounts.indices { configuration.accounts[index].experiments = experiments }
    }
    if var table = root.table("network") {
      readNetwork(&table, into: &configuration.network)
      table.finish(into: &problems)
    }
    if var table = root.table("audio") {
      readAudio(&table, into: &configuration.audio)
      table.finish(into: &problems)
    }
    if var table = root.table("tls") {
      readTLS(&table, into: &configuration.tls)
      table.finish(into: &problems)
    }
    if var table = root.table("identity") {
      IdentityReader.read(&table, into: &configuration.identity, &problems)
      table.finish(into: &problems)
    }
    if var table = root.table("answer") {
      AnswerReader.read(&table, into: &configuration.answering, &problems)
      table.finish(into: &problems)
    }
    if var table = root.table("alerts") {
      configuration.alerts = AlertConfigurationReader.read(&table, &problems)
      table.finish(into: &problems)
    }
    for var table in root.tables("contacts") {
      if let contact = readContact(&table.value, at: table.position) { configuration.contacts.append(contact) }
      table.value.finish(into: &problems)
    }
    if let country = root.string("country") {
      let code = country.value.lowercased()
      if code.utf8.count == 2, code.utf8.allSatisfy({ (97...122).contains($0) }) {
        configuration.country = code
      } else {
        root.report(.error, at: country.position, "`country` must be two letters of ISO 3166, such as \"de\"")
      }
    }
  }

  private static func readNetwork(_ table: inout TableReader, into network: inout NetworkConfiguration) {
    if let listen = table.strings("listen") {
      network.listen = listen.compactMap { entry in
        if let listener = NetworkConfiguration.Listener(entry.value) { return listener }
        table.report(
          .error, at: entry.position, "`listen` wants \"udp:ADDRESS:PORT\", \"tcp:…\" or \"tls:…\" with a numeric address")
        return nil
      }
    }
    if let rate = table.integer("requests_per_second") {
      if (0...100_000).contains(rate.value) {
        network.requestsPerSecond = Int(rate.value)
      } else {
        table.report(.error, at: rate.position, "`requests_per_second` wants a number from 1 up, or 0 for no limit")
      }
    }
    if let name = table.string("user_agent") {
      if name.value.isEmpty {
        network.userAgent = nil
      } else if name.value.utf8.count <= 100, isProducts(name.value) {
        network.userAgent = name.value
      } else {
        table.report(.error, at: name.position, "`user_agent` wants words such as \"Offhook/0.1\", or \"\" to send none")
      }
    }
    if let ports = table.string("rtp_ports") {
      let parts = ports.value.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0.trimmingBlanks) }
      if parts.count == 2, let low = parts[0], let high = parts[1], low >= 1024, low < high {
        network.rtpPorts = low...high
      } else {
        table.report(.error, at: ports.position, "`rtp_ports` wants two ports from 1024 up, the lower first: \"20000-20200\"")
      }
    }
  }

  /// RFC 3261 section 25.1, server-val without comments: `product *(LWS product)`.
  private static func isProducts(_ text: String) -> Bool {
    var cursor = HeaderCursor(Array(text.utf8)[...])
    do throws(HeaderError) {
      repeat {
        _ = try cursor.token()
        if cursor.skip(0x2F) { _ = try cursor.token() }
      } while cursor.skip(0x20)
      try cursor.expectEnd()
      return true
    } catch {
      return false
    }
  }

  private static func readAudio(_ table: inout TableReader, into audio: inout AudioConfiguration) {
    audio.playback = table.string("playback")?.value
    audio.capture = table.string("capture")?.value
    audio.ring = table.string("ring")?.value
    guard let codecs = table.strings("codecs") else { return }
    var chosen: [String] = []
    for codec in codecs {
      let word = codec.value.uppercased()
      if AudioCodec.named(word).isEmpty {
        let list = AudioConfiguration.defaultCodecs.joined(separator: ", ")
        table.report(.error, at: codec.position, "`codecs` names a codec that this phone does not speak; it speaks \(list)")
      } else if !chosen.contains(word) {
        chosen.append(word)
      }
    }
    // A phone without a codec cannot call at all; then the default is the better reading of the user's wish.
    if !chosen.isEmpty { audio.codecs = chosen }
  }

  private static func readTLS(_ table: inout TableReader, into tls: inout TLSConfiguration) {
    let certificate = table.string("certificate")
    let key = table.string("key")
    tls.certificate = certificate?.value
    tls.key = key?.value
    tls.caFile = table.string("ca_file")?.value
    tls.asksClients = table.boolean("ask_clients") ?? false
    if let certificate, key == nil {
      table.report(.error, at: certificate.position, "`certificate` needs `key`, the file of its private key")
      tls.certificate = nil
    }
    if let key, certificate == nil {
      table.report(.error, at: key.position, "`key` needs `certificate`, the file of its certificate")
      tls.key = nil
    }
  }

  private static func readContact(_ table: inout TableReader, at position: TextPosition) -> ContactConfiguration? {
    let name = table.string("name")
    let label = table.string("label")?.value ?? ""
    let groups = (table.words("groups") ?? []).compactMap { DisplayText.bounded($0.value) }
    guard let uri = table.string("uri") else {
      if !table.entries.contains(where: { $0.key == "uri" }) { table.report(.error, at: position, "a contact needs `uri`") }
      return nil
    }
    guard let target = DialTarget.uri(fromConfiguration: uri.value) else {
      table.report(.error, at: uri.position, "`uri` is no SIP or tel address, such as \"sip:bob@example.com\"")
      return nil
    }
    return ContactConfiguration(
      name: DisplayText.bounded(name?.value ?? uri.value) ?? uri.value, uri: target,
      label: DisplayText.bounded(label, to: 20) ?? "",
      groups: groups)
  }
}

extension NetworkConfiguration.Listener {
  /// Reads `udp:192.0.2.1:5060` or `tls:[2001:db8::1]:5061`; nil for anything else.
  public init?(_ text: String) {
    guard let first = text.firstIndex(of: ":"), let last = text.lastIndex(of: ":"), first < last,
      let transport = TransportProtocol(named: text[..<first]),
      let port = UInt16(text[text.index(after: last)...])
    else { return nil }
    let host = text[text.index(after: first)..<last]
    // Without its brackets an IPv6 address swallows the port.
    guard let address = IPAddress(host), address.isV6 == host.hasPrefix("[") else { return nil }
    self.init(transport, SocketAddress(address, port: port))
  }
}
