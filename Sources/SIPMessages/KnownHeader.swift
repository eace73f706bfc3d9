/// The header fields we know by name, so that a field of a parsed message carries one byte instead of a String.
///
/// `unknown` is every other name: such a field is kept and compared by its spelling. The order is free, but the names that a
/// message may hold only once come first so that the parser can count them in a bit set.
enum KnownHeader: UInt8, CaseIterable, Sendable {
  case unknown
  case via
  case from
  case to
  case callID
  case cseq
  case maxForwards
  case contentLength
  case contentType
  case contact
  case route
  case recordRoute
  case expires
  case accept
  case acceptContact
  case acceptEncoding
  case acceptLanguage
  case alertInfo
  case allow
  case allowEvents
  case answerMode
  case authenticationInfo
  case authorization
  case callInfo
  case contentDisposition
  case contentEncoding
  case contentID
  case contentLanguage
  case contentTransferEncoding
  case date
  case diversion
  case errorInfo
  case event
  case flowTimer
  case geolocation
  case geolocationError
  case geolocationRouting
  case historyInfo
  case identity
  case identityInfo
  case infoPackage
  case inReplyTo
  case join
  case maxBreadth
  case mimeVersion
  case minExpires
  case minSE
  case organization
  case pAssertedIdentity
  case pPreferredIdentity
  case path
  case priority
  case privAnswerMode
  case privacy
  case proxyAuthenticate
  case proxyAuthorization
  case proxyRequire
  case rAck
  case reason
  case recvInfo
  case referSub
  case referTo
  case referredBy
  case rejectContact
  case replaces
  case replyTo
  case requestDisposition
  case require
  case retryAfter
  case rSeq
  case securityClient
  case securityServer
  case securityVerify
  case server
  case serviceRoute
  case sessionExpires
  case sipETag
  case sipIfMatch
  case subject
  case subscriptionState
  case suppressIfMatch
  case supported
  case targetDialog
  case timestamp
  case unsupported
  case userAgent
  case warning
  case wwwAuthenticate

  /// The long form, spelt as its RFC spells it; empty for `unknown`.
  var spelling: String {
    switch self {
    case .unknown: ""
    case .via: "Via"
    case .from: "From"
    case .to: "To"
    case .callID: "Call-ID"
    case .cseq: "CSeq"
    case .maxForwards: "Max-Forwards"
    case .contentLength: "Content-Length"
    case .contentType: "Content-Type"
    case .contact: "Contact"
    case .route: "Route"
    case .recordRoute: "Record-Route"
    case .expires: "Expires"
    case .accept: "Accept"
    case .acceptContact: "Accept-Contact"
    case .acceptEncoding: "Accept-Encoding"
    case .acceptLanguage: "Accept-Language"
    case .alertInfo: "Alert-Info"
    case .allow: "Allow"
    case .allowEvents: "Allow-Events"
    case .answerMode: "Answer-Mode"
    case .authenticationInfo: "Authentication-Info"
    case .authorization: "Authorization"
    case .callInfo: "Call-Info"
    case .contentDisposition: "Content-Disposition"
    case .contentEncoding: "Content-Encoding"
    case .contentID: "Content-ID"
    case .contentLanguage: "Content-Language"
    case .contentTransferEncoding: "Content-Transfer-Encoding"
    case .date: "Date"
    case .diversion: "Diversion"
    case .errorInfo: "Error-Info"
    case .event: "Event"
    case .flowTimer: "Flow-Timer"
    case .geolocation: "Geolocation"
    case .geolocationError: "Geolocation-Error"
    case .geolocationRouting: "Geolocation-Routing"
    case .historyInfo: "History-Info"
    case .identity: "Identity"
    case .identityInfo: "Identity-Info"
    case .infoPackage: "Info-Package"
    case .inReplyTo: "In-Reply-To"
    case .join: "Join"
    case .maxBreadth: "Max-Breadth"
    case .mimeVersion: "MIME-Version"
    case .minExpires: "Min-Expires"
    case .minSE: "Min-SE"
    case .organization: "Organization"
    case .pAssertedIdentity: "P-Asserted-Identity"
    case .pPreferredIdentity: "P-Preferred-Identity"
    case .path: "Path"
    case .priority: "Priority"
    case .privAnswerMode: "Priv-Answer-Mode"
    case .privacy: "Privacy"
    case .proxyAuthenticate: "Proxy-Authenticate"
    case .proxyAuthorization: "Proxy-Authorization"
    case .proxyRequire: "Proxy-Require"
    case .rAck: "RAck"
    case .reason: "Reason"
    case .recvInfo: "Recv-Info"
    case .referSub: "Refer-Sub"
    case .referTo: "Refer-To"
    case .referredBy: "Referred-By"
    case .rejectContact: "Reject-Contact"
    case .replaces: "Replaces"
    case .replyTo: "Reply-To"
    case .requestDisposition: "Request-Disposition"
    case .require: "Require"
    case .retryAfter: "Retry-After"
    case .rSeq: "RSeq"
    case .securityClient: "Security-Client"
    case .securityServer: "Security-Server"
    case .securityVerify: "Security-Verify"
    case .server: "Server"
    case .serviceRoute: "Service-Route"
    case .sessionExpires: "Session-Expires"
    case .sipETag: "SIP-ETag"
    case .sipIfMatch: "SIP-If-Match"
    case .subject: "Subject"
    case .subscriptionState: "Subscription-State"
    case .suppressIfMatch: "Suppress-If-Match"
    case .supported: "Supported"
    case .targetDialog: "Target-Dialog"
    case .timestamp: "Timestamp"
    case .unsupported: "Unsupported"
    case .userAgent: "User-Agent"
    case .warning: "Warning"
    case .wwwAuthenticate: "WWW-Authenticate"
    }
  }

  /// The one-letter form (RFC 3261 section 7.3.3); nil when there is none.
  var compactForm: String? {
    switch self {
    case .via: "v"
    case .from: "f"
    case .to: "t"
    case .callID: "i"
    case .contentLength: "l"
    case .contentType: "c"
    case .contact: "m"
    case .acceptContact: "a"
    case .allowEvents: "u"
    case .contentEncoding: "e"
    case .event: "o"
    case .identity: "y"
    case .identityInfo: "n"
    case .referTo: "r"
    case .referredBy: "b"
    case .rejectContact: "j"
    case .requestDisposition: "d"
    case .sessionExpires: "x"
    case .subject: "s"
    case .supported: "k"
    default: nil
    }
  }
}
