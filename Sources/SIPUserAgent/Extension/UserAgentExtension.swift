public import SIPMessages
public import SansIO

/// One RFC that plugs into the user agent without the core naming it.
///
/// Every hook has a default, so that an extension states only what it does. The order of the extensions is the order in which the
/// hooks run, for sending and for receiving.
public protocol UserAgentExtension: Sendable {
  /// What the core may claim in Supported, and accept in Require, because this extension is installed.
  var optionTags: [OptionTag] { get }
  /// The methods that this extension serves; they are listed in Allow.
  var methods: [Method] { get }

  /// The event packages that this extension serves; they are listed in Allow-Events, and SUBSCRIBE and NOTIFY in Allow.
  var eventPackages: [String] { get }

  /// The dialog of ours that a request names in a header field of this extension's; `ExtensionContext.namedDialog` has it then.
  func namedDialog(in request: Request) -> DialogID?

  /// A request is about to leave. It is called anew for every attempt, each time with the request as its author wrote it.
  mutating func willSend(_ request: inout Request, _ context: inout ExtensionContext)
  /// A response to `request` is about to leave; not called for retransmissions.
  mutating func willSend(_ response: inout Response, to request: Request, _ context: inout ExtensionContext)
  /// A request passed the core's own inspection (section 8.2). In a dialog, the dialog has been found and the CSeq is in order.
  mutating func didReceive(_ request: Request, _ context: inout ExtensionContext) -> RequestVerdict
  /// A response other than 100 arrived; `request` is as it was sent.
  mutating func didReceive(_ response: Response, to request: Request, _ context: inout ExtensionContext) -> ResponseVerdict

  /// Something happened to a subscription, perhaps another extension's.
  mutating func subscription(_ id: SubscriptionID, _ event: SubscriptionEvent, _ context: inout ExtensionContext)
  /// What became of a registration of ours; requests of its account go out with that identity.
  mutating func registration(
    _ id: RegistrationID, _ status: RegistrationStatus, _ identity: LocalIdentity, _ context: inout ExtensionContext)
  /// A session is over; what was kept for it can go.
  mutating func sessionEnded(_ session: SessionID, _ context: inout ExtensionContext)
  mutating func flowFailed(_ flow: FlowID, _ context: inout ExtensionContext)
  mutating func lookupFinished(_ ticket: Ticket, _ result: TicketResult, _ context: inout ExtensionContext) -> RequestVerdict
  /// When `deadlineReached` wants to be called, or nil.
  var nextDeadline: Instant? { mutating get }
  mutating func deadlineReached(_ context: inout ExtensionContext)
}

extension UserAgentExtension {
  public var optionTags: [OptionTag] { [] }
  public var methods: [Method] { [] }
  public var eventPackages: [String] { [] }
  public func namedDialog(in request: Request) -> DialogID? { nil }
  public mutating func willSend(_ request: inout Request, _ context: inout ExtensionContext) {}
  public mutating func willSend(_ response: inout Response, to request: Request, _ context: inout ExtensionContext) {}
  public mutating func didReceive(_ request: Request, _ context: inout ExtensionContext) -> RequestVerdict { .proceed }
  public mutating func didReceive(_ response: Response, to request: Request, _ context: inout ExtensionContext) -> ResponseVerdict {
    .proceed
  }
  public mutating func subscription(_ id: SubscriptionID, _ event: SubscriptionEvent, _ context: inout ExtensionContext) {}
  public mutating func registration(
    _ id: RegistrationID, _ status: RegistrationStatus, _ identity: LocalIdentity, _ context: inout ExtensionContext
  ) {}
  public mutating func sessionEnded(_ session: SessionID, _ context: inout ExtensionContext) {}
  public mutating func flowFailed(_ flow: FlowID, _ context: inout ExtensionContext) {}
  public mutating func lookupFinished(_ ticket: Ticket, _ result: TicketResult, _ context: inout ExtensionContext) -> RequestVerdict
  {
    .proceed
  }
  public var nextDeadline: Instant? { nil }
  public mutating func deadlineReached(_ context: inout ExtensionContext) {}
}
