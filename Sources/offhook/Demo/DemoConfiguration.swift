import Exchange
import Phone
import SIPMessages
import SIPUserAgent
import SansIO

/// The phone's configuration against the exchange inside the program.
enum DemoConfiguration {
  static func make(edges: [SocketAddress]) -> Configuration {
    var configuration = Configuration()
    var account = AccountConfiguration(address: SIPURI(user: DemoExchange.user.name, host: .name(DemoExchange.domain)))
    account.displayName = "You"
    account.password = DemoExchange.user.password
    account.outboundProxies = edges.map {
      var proxy = SIPURI(host: .address($0.address), port: $0.port)
      proxy.parameters.set("lr", nil)
      return proxy
    }
    configuration.accounts = [account]
    configuration.network.listen = [NetworkConfiguration.Listener(.udp, SocketAddress(.loopbackV4, port: 0))]
    configuration.contacts = Directory(domain: DemoExchange.domain).entries.compactMap { entry in
      guard let uri = try? URI(parsing: entry.uri) else { return nil }
      return ContactConfiguration(name: entry.name, uri: uri, label: entry.number)
    }
    // So that there is something to see: who of the robots is put through, and who only would like to be.
    configuration.answering.rules = [
      AnswerRule(from: [.contact("Intercom"), .contact("Eavesdropper")], asks: [.auto], then: .answer),
      AnswerRule(from: [.contact("Control room")], asks: [.privileged], then: .answer),
    ]
    // The robots' signatures lead to the exchange's own authority, which is trusted here and nowhere else.
    configuration.identity.anchors = ExchangeAuthority.anchor
    // The bells of the exchange are there to be heard as they are, from the first ring on.
    configuration.alerts.risesInVolume = false
    configuration.alerts.tellsCallWaiting = true
    _ = AlertFiles.add(to: &configuration, folder: nil)
    return configuration
  }
}
