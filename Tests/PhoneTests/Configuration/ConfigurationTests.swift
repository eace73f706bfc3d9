import Phone
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("The configuration file")
struct ConfigurationTests {
  private func parse(_ text: String) -> (Configuration, [String]) {
    let (configuration, problems) = ConfigurationParser.parse(Array(text.utf8), file: "c.toml")
    return (configuration, problems.map { $0.description })
  }

  @Test("Without device names sound goes to the default device, and it rings where it plays")
  func devices() {
    var audio = AudioConfiguration()
    #expect([audio.playbackDevice, audio.captureDevice, audio.ringDevice] == ["default", "default", "default"])
    audio.playback = "hw:1"
    #expect([audio.playbackDevice, audio.captureDevice, audio.ringDevice] == ["hw:1", "default", "hw:1"])
  }

  @Test("Every key finds its place")
  func everything() throws {
    let (configuration, problems) = parse(
      """
      country = "DE"
      [[accounts]]
      address = "alice@example.com"
      display_name = "Alice Adams"
      auth_user = "alice-auth"
      password = "secret"
      registrar = "sip:reg.example.com:5070"
      outbound_proxies = ["sip:edge.example.com;transport=tls;lr", "sip:inner.example.com"]
      transport = "tls"
      expires = 600
      certificate_pin = "sha256:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"
      [[accounts]]
      address = "sip:bob@192.0.2.7:5080"
      register = false
      password_command = "pass sip/bob"
      [network]
      listen = ["udp:192.0.2.1:5060", "tls:[2001:db8::1]:5061"]
      rtp_ports = "20000-20200"
      user_agent = "Pear/2.0 core"
      [audio]
      playback = "default"
      capture = "hw:1"
      ring = "plughw:0"
      codecs = ["pcma", "PCMU"]
      [tls]
      certificate = "/etc/c.pem"
      key = "/etc/k.pem"
      ca_file = "/etc/ca.pem"
      [answer]
      automatically = true
      [[contacts]]
      name = "Clara Weiss"
      uri = "sip:clara@example.com"
      label = "mobile"
      [[contacts]]
      name = "Mum"
      uri = "tel:+49301234567"
      """)
    #expect(problems == [])
    let alice = try #require(configuration.accounts.first)
    #expect(alice.name == "alice@example.com")
    #expect(alice.displayName == "Alice Adams")
    #expect(alice.authenticationUser == "alice-auth")
    #expect(alice.password == "secret")
    #expect(alice.registrar?.description == "sip:reg.example.com:5070")
    #expect(alice.outboundProxies.map { $0.description } == ["sip:edge.example.com;transport=tls;lr", "sip:inner.example.com;lr"])
    #expect(alice.transport == .tls)
    #expect(alice.expires == .seconds(600))
    #expect(alice.certificatePin?.prefix(3) == [0x00, 0x11, 0x22])
    #expect(alice.registers)
    let bob = configuration.accounts[1]
    #expect(bob.name == "bob@192.0.2.7:5080")
    #expect(!bob.registers)
    #expect(bob.passwordCommand == "pass sip/bob")
    #expect(configuration.network.listen.map { $0.description } == ["udp:192.0.2.1:5060", "tls:[2001:db8::1]:5061"])
    #expect(configuration.network.rtpPorts == 20000...20200)
    #expect(configuration.network.userAgent == "Pear/2.0 core")
    #expect(parse("[network]\nuser_agent = \"\"").0.network.userAgent == nil)
    #expect(configuration.audio.codecs == ["PCMA", "PCMU"])
    #expect(configuration.audio.ring == "plughw:0")
    #expect(configuration.tls.caFile == "/etc/ca.pem")
    #expect(configuration.answersAutomatically)
    #expect(configuration.contacts.map { $0.name } == ["Clara Weiss", "Mum"])
    #expect(configuration.contacts[0].label == "mobile")
    #expect(configuration.country == "de")
    #expect(configuration.holdsPassword)
  }

  @Test("An empty file is a configuration with defaults")
  func empty() {
    let (configuration, problems) = parse("")
    #expect(configuration == Configuration())
    #expect(problems == [])
  }

  @Test("An unknown key is a warning with its place and the nearest name, and nothing else is lost")
  func unknownKeys() {
    let (configuration, problems) = parse(
      """
      [[accounts]]
      address = "alice@example.com"
        pasword = "x"
      zebra = 1
      [netwrok]
      listen = []
      """)
    #expect(configuration.accounts.count == 1)
    #expect(
      problems == [
        "c.toml:3:3: warning: unknown key `pasword` in [[accounts]], did you mean `password`?",
        "c.toml:4:1: warning: unknown key `zebra` in [[accounts]]",
        "c.toml:5:2: warning: unknown key `netwrok`, did you mean `network`?",
      ])
  }

  @Test("A wrong type is an error with line and column, and says what was expected and what was found")
  func wrongTypes() {
    let (_, problems) = parse(
      """
      country = 49
      [[accounts]]
      address = "alice@example.com"
      register = "no"
      outbound_proxies = ["sip:a.example", 5]
      [network]
      rtp_ports = [1, 2]
      [audio]
      codecs = "PCMU"
      [answer]
      automatically = 1
      """)
    #expect(
      problems == [
        "c.toml:1:11: error: `country` must be a string, but this is an integer",
        "c.toml:4:12: error: `register` must be true or false, but this is a string",
        "c.toml:5:38: error: `outbound_proxies` must be strings only, but this is an integer",
        "c.toml:7:13: error: `rtp_ports` must be a string, but this is an array",
        "c.toml:9:10: error: `codecs` must be an array of strings, but this is a string",
        "c.toml:11:17: error: `automatically` must be true or false, but this is an integer",
      ])
  }

  @Test(
    "A wrong value is an error at the value",
    arguments: [
      ("[[accounts]]\naddress = \"no address\"", "c.toml:2:11: error: `address` must be like \"alice@example.com\""),
      ("[[accounts]]\naddress = \"sip:alice:secret@example.com\"", "c.toml:2:11: error: `address` holds a password"),
      ("[[accounts]]\ndisplay_name = \"x\"", "c.toml:1:1: error: an account needs `address`"),
      ("[network]\nlisten = [\"udp:example.com:5060\"]", "c.toml:2:11: error: `listen` wants"),
      ("[network]\nlisten = [\"udp:::1:5060\"]", "c.toml:2:11: error: `listen` wants"),
      ("[network]\nrtp_ports = \"20200-20000\"", "c.toml:2:13: error: `rtp_ports` wants"),
      ("[network]\nrequests_per_second = -1", "c.toml:2:23: error: `requests_per_second` wants"),
      ("[network]\nuser_agent = \"a phone (blue)\"", "c.toml:2:14: error: `user_agent` wants"),
      ("[network]\nuser_agent = \"x\\r\\nVia: y\"", "c.toml:2:14: error: `user_agent` wants"),
      ("[audio]\ncodecs = [\"OPUS9\"]", "c.toml:2:11: error: `codecs` names a codec"),
      ("[tls]\nkey = \"k.pem\"", "c.toml:2:7: error: `key` needs `certificate`"),
      ("country = \"Germany\"", "c.toml:1:11: error: `country` must be two letters"),
      ("[[contacts]]\nname = \"x\"\nuri = \"http://x\"", "c.toml:3:7: error: `uri` is no SIP or tel address"),
      ("[[contacts]]\nname = \"x\"", "c.toml:1:1: error: a contact needs `uri`"),
      ("[[accounts]]\naddress = \"a@b.example\"\ntransport = \"sctp\"", "c.toml:3:13: error: `transport` must be"),
      ("[[accounts]]\naddress = \"a@b.example\"\ncertificate_pin = \"abcd\"", "c.toml:3:19: error: `certificate_pin` must be"),
      ("accounts = 3", "c.toml:1:12: error: `accounts` must be an array of tables"),
    ])
  func wrongValues(text: String, problem: String) {
    let (_, problems) = parse(text)
    #expect(problems.first?.hasPrefix(problem) == true, "\(problems)")
  }

  @Test("Text that is not TOML is one error with its place")
  func notTOML() {
    let (configuration, problems) = parse("[network]\nlisten = [\"udp:127.0.0.1:5060\"\nrtp_ports = 3")
    #expect(configuration == Configuration())
    #expect(problems.count == 1)
    #expect(problems.first?.hasPrefix("c.toml:3:") == true, "\(problems)")
    #expect(problems.first?.contains(": error: ") == true)
  }

  @Test("A password and a command for it exclude each other")
  func twoPasswords() {
    let (_, problems) = parse("[[accounts]]\naddress = \"a@b.example\"\npassword = \"x\"\npassword_command = \"y\"")
    #expect(problems == ["c.toml:4:20: error: `password_command` and `password` exclude each other"])
  }

  @Test("Keys and brackets that nest without end are refused, not followed")
  func deep() {
    let dots = "a" + String(repeating: ".a", count: 100_000) + " = 1"
    let brackets = "x = " + String(repeating: "[", count: 100_000)
    let tables = "[" + "a" + String(repeating: ".a", count: 100_000) + "]"
    for text in [dots, brackets, tables] {
      let (_, problems) = parse(text)
      #expect(problems.count == 1)
      #expect(problems.first?.contains("nest too deeply") == true, "\(problems)")
    }
  }

  @Test("A file without end is refused")
  func huge() {
    let (_, problems) = ConfigurationParser.parse([UInt8](repeating: 32, count: 2 << 20), file: "c.toml")
    #expect(problems.first?.description == "c.toml:0:0: error: the file is larger than 1048576 bytes")
  }

  @Test("No bytes make the parser fail", arguments: 0..<8)
  func noise(seed: Int) {
    var random = RandomSource(seed: UInt64(seed))
    let good = Array(
      """
      [[accounts]]
      address = "alice@example.com"
      outbound_proxies = ["sip:a;lr", 'sip:b']
      [network]
      listen = [ "udp:127.0.0.1:5060", ]  # comment
      note = \"\"\"long
      text\"\"\"
      when = 2026-01-01T00:00:00Z
      [audio]
      x = { y = 1.5, z = [1, 2, {}] }
      """.utf8)
    for _ in 0..<400 {
      var bytes = good
      for _ in 0..<(1 + random.next(below: 6)) {
        let position = Int(random.next(below: UInt64(bytes.count)))
        switch random.next(below: 3) {
        case 0: bytes[position] = UInt8(truncatingIfNeeded: random.nextUInt64())
        case 1: bytes.remove(at: position)
        default: bytes.insert(UInt8(truncatingIfNeeded: random.nextUInt64()), at: position)
        }
      }
      let (_, problems) = ConfigurationParser.parse(bytes, file: "c.toml")
      for problem in problems { #expect(problem.line >= 0 && problem.column >= 0 && !problem.message.isEmpty) }
    }
  }
}
