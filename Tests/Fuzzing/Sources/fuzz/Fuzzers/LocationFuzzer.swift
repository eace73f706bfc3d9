import SIPMessages
import SIPUserAgent
import SansIO

/// The search for the servers of a URI, with answers of the DNS as the input says.
enum LocationFuzzer: Fuzzer {
  static let name = "location"
  static let summary =
    "the servers of a URI with hostile DNS answers: the search ends, after no more attempts than the limits allow"
  static let longestInput = 1024

  static func run(_ bytes: [UInt8]) {
    var choices = Choices(bytes)
    let text = "sip:" + String(decoding: choices.chunk(), as: UTF8.self)
    let usual = choices.pick(["sip:example.com", "sips:example.com", "sip:example.com:5070", "sip:a@[2001:db8::1];transport=tcp"])
    guard let uri = (try? SIPURI(parsing: text)) ?? (try? SIPURI(parsing: usual)) else { return }
    let abilities = ServerLocator.Abilities(
      transports: choices.pick([[.udp, .tcp, .tls], [.tls], [.udp], []]), hasIPv4: choices.flag(), hasIPv6: choices.flag())
    var locator = ServerLocator(uri: uri, transport: choices.pick([nil, .udp, .tls]), abilities: abilities)
    var random = RandomSource(seed: 3)
    var outputs: [ServerLocator.Output] = []
    locator.start(into: &outputs)
    var attempts = 0
    var questions = 0
    var hasEnded = false
    while !outputs.isEmpty {
      let output = outputs.removeFirst()
      require(!hasEnded, "something follows the end")
      switch output {
      case .resolve(let question):
        questions += 1
        locator.receive(answer(&choices), to: question, random: &random, into: &outputs)
      case .attempt:
        attempts += 1
        locator.attemptFailed(into: &outputs)
      case .exhausted: hasEnded = true
      }
      require(outputs.count < 10, "\(outputs.count) questions and attempts at once")
    }
    require(hasEnded, "the search does not end")
    let targets = ServerLocator.serviceLimit * ServerLocator.targetLimit + 1
    require(attempts <= targets * 2 * ServerLocator.addressLimit, "\(attempts) attempts")
    require(questions <= 1 + ServerLocator.serviceLimit + 2 * targets, "\(questions) questions")
  }

  private static func answer(_ choices: inout Choices) -> LookupResult {
    let count = choices.next(below: 40)
    if count == 39 { return .failed("no answer") }
    return .records(
      (0..<count).map { _ in
        let name = choices.pick([
          "a.example", "b.example", "", ".", "192.0.2.7", "2001:db8::9", "_sip._udp.a.example", "c.example.",
        ])
        switch choices.next(below: 4) {
        case 0:
          return .naptr(
            order: choices.wide(), preference: choices.wide(), flags: choices.pick(["s", "S", "a", "u", ""]),
            service: choices.pick(["SIP+D2U", "SIP+D2T", "SIPS+D2T", "sip+d2u", "SIP+D2S"]), replacement: name)
        case 1: return .srv(priority: choices.wide(), weight: choices.wide(), port: choices.wide(), target: name)
        case 2: return .address(.v4(UInt32(choices.wide())))
        default: return .address(.v6(high: 0x2001_0DB8 << 32, low: UInt64(choices.byte())))
        }
      })
  }
}
