/// What the user has written down: the value of the configuration file. `ConfigurationParser` makes it from TOML.
public struct Configuration: Hashable, Sendable {
  /// In the order of the file; the first is number 1. Empty: the phone calls directly, without an address of its own.
  public var accounts: [AccountConfiguration] = []
  public var network = NetworkConfiguration()
  public var audio = AudioConfiguration()
  public var tls = TLSConfiguration()
  /// Who is answered by itself, who rings, who is refused.
  public var answering = AnswerSettings()
  /// How calls are signalled.
  public var alerts = AlertConfiguration()
  /// What others are told about who is there.
  public var identity = IdentityConfiguration()
  public var contacts: [ContactConfiguration] = []
  /// ISO 3166-1 in lower case, `de`: whose ringback, busy and call-waiting tones are heard.
  public var country = "us"

  public init() {}

  /// True when the file holds a secret itself, so that others must not be able to read it.
  public var holdsPassword: Bool {
    accounts.contains { $0.password != nil } || !answering.callers.isEmpty
  }

  /// `automatically`: everybody whom no rule concerns is answered without being asked, the microphone shut until `talk`.
  public var answersAutomatically: Bool {
    get { answering.answersEverybody }
    set { answering.answersEverybody = newValue }
  }
}
