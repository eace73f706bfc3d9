public import SIPMessages

/// What a user agent is told once, when it is made.
public struct UserAgentConfiguration: Sendable {
  /// The text of User-Agent and Server (RFC 3261 sections 20.35 and 20.41); nil: neither is sent.
  public var productName: String?
  public var timers: TransactionTimers
  /// What Allow lists, in this order, besides the methods of extensions. Those that the core does not serve itself (INFO, MESSAGE
  /// and the like) reach the application as `UserAgentEvent.request`.
  public var allowedMethods: [Method]
  /// What Accept lists and section 8.2.3 lets pass. Multipart bodies pass when they hold one of these.
  public var acceptedBodyTypes: [ContentType]
  /// How long a call rings, at either end, before it is given up.
  public var answerTimeout: Duration
  /// Calls at once; more are refused with 486 (section 21.4.24).
  public var maximumSessions: Int
  /// How many requests of peers are remembered at once, answered ones included (they are kept for 37 s, to know a request that
  /// comes again over another path). More are refused with 503 and leave nothing behind.
  public var maximumKeptRequests = Self.defaultMaximumKeptRequests
  /// OPTIONS outside a dialog reach the application, which answers with the status that it would give an INVITE (section 11.2); the
  /// core adds what a 200 has to say. False: the core answers 200 while there is room for another session.
  public var asksAboutOptions = false

  /// TLS servers that ask are shown a certificate, whatever the account; then they may be asked to use the connection for their own
  /// requests too (RFC 5923).
  public var showsCertificate = false

  /// What a stranger may send; nil for no limit. A registrar at which we are registered and connections that we opened have none.
  public var sourceLimit: SourceRateLimit.Policy? = SourceRateLimit.Policy()

  public static let defaultProductName = "Offhook/0.1"

  /// Far more than any phone meets: about 400 new requests in every second.
  public static let defaultMaximumKeptRequests = 16_384

  public init(
    productName: String? = Self.defaultProductName, timers: TransactionTimers = TransactionTimers(),
    allowedMethods: [Method] = [.invite, .ack, .cancel, .bye, .options, .prack, .update, .info],
    acceptedBodyTypes: [ContentType] = [.sdp], answerTimeout: Duration = .seconds(180), maximumSessions: Int = 4096
  ) {
    self.productName = productName
    self.timers = timers
    self.allowedMethods = allowedMethods
    self.acceptedBodyTypes = acceptedBodyTypes
    self.answerTimeout = answerTimeout
    self.maximumSessions = maximumSessions
  }
}
