public import SIPMessages
public import SansIO

/// What an extension makes of a request that came in.
public enum RequestVerdict: Sendable {
  case proceed
  /// Answer with this; later extensions and the core do not see the request.
  case reject(Response)
  /// Ask the application to look something up first; the extension is called with `lookupFinished` afterwards.
  case hold(Ticket, Lookup)
  /// The extension has answered, or will answer, through its context.
  case consumed
}

/// What an extension makes of a response that came in.
public enum ResponseVerdict: Sendable {
  case proceed
  /// Send this request in place of the one that was refused. Give `ExtensionContext.template` or a changed copy of it: the core
  /// numbers it anew, asks every extension's `willSend` again, and owns the limit of attempts.
  case resend(Request)
}

public enum TicketKind {}
/// Names one lookup of one held request. Chosen by `ExtensionContext.makeTicket`.
public typealias Ticket = Identifier<TicketKind>

/// Something that only the world can find out.
public enum Lookup: Hashable, Sendable {
  /// The bytes behind a URI, such as a certificate (RFC 8224 section 7.4).
  case fetch(uri: String)
}

public enum TicketResult: Hashable, Sendable {
  case bytes([UInt8])
  /// The bytes, and how long they may be kept for later.
  case cacheable([UInt8], lifetime: Duration)
  /// A sentence for a person.
  case failed(String)
}
