/// The codes with a name: RFC 3261 section 21 and the registry of its extensions.
extension StatusCode {
  public static let trying = StatusCode(100)
  public static let ringing = StatusCode(180)
  public static let callIsBeingForwarded = StatusCode(181)
  public static let queued = StatusCode(182)
  public static let sessionProgress = StatusCode(183)
  public static let earlyDialogTerminated = StatusCode(199)
  public static let ok = StatusCode(200)
  public static let accepted = StatusCode(202)
  public static let noNotification = StatusCode(204)
  public static let multipleChoices = StatusCode(300)
  public static let movedPermanently = StatusCode(301)
  public static let movedTemporarily = StatusCode(302)
  public static let useProxy = StatusCode(305)
  public static let alternativeService = StatusCode(380)
  public static let badRequest = StatusCode(400)
  public static let unauthorized = StatusCode(401)
  public static let paymentRequired = StatusCode(402)
  public static let forbidden = StatusCode(403)
  public static let notFound = StatusCode(404)
  public static let methodNotAllowed = StatusCode(405)
  public static let notAcceptable = StatusCode(406)
  public static let proxyAuthenticationRequired = StatusCode(407)
  public static let requestTimeout = StatusCode(408)
  public static let gone = StatusCode(410)
  public static let conditionalRequestFailed = StatusCode(412)
  public static let requestEntityTooLarge = StatusCode(413)
  public static let requestURITooLong = StatusCode(414)
  public static let unsupportedMediaType = StatusCode(415)
  public static let unsupportedURIScheme = StatusCode(416)
  public static let unknownResourcePriority = StatusCode(417)
  public static let badExtension = StatusCode(420)
  public static let extensionRequired = StatusCode(421)
  public static let sessionIntervalTooSmall = StatusCode(422)
  public static let intervalTooBrief = StatusCode(423)
  public static let badLocationInformation = StatusCode(424)
  public static let badAlertMessage = StatusCode(425)
  public static let useIdentityHeader = StatusCode(428)
  public static let provideReferrerIdentity = StatusCode(429)
  public static let flowFailed = StatusCode(430)
  public static let anonymityDisallowed = StatusCode(433)
  public static let badIdentityInfo = StatusCode(436)
  public static let unsupportedCredential = StatusCode(437)
  public static let invalidIdentityHeader = StatusCode(438)
  public static let firstHopLacksOutboundSupport = StatusCode(439)
  public static let maxBreadthExceeded = StatusCode(440)
  public static let badInfoPackage = StatusCode(469)
  public static let consentNeeded = StatusCode(470)
  public static let temporarilyUnavailable = StatusCode(480)
  public static let callDoesNotExist = StatusCode(481)
  public static let loopDetected = StatusCode(482)
  public static let tooManyHops = StatusCode(483)
  public static let addressIncomplete = StatusCode(484)
  public static let ambiguous = StatusCode(485)
  public static let busyHere = StatusCode(486)
  public static let requestTerminated = StatusCode(487)
  public static let notAcceptableHere = StatusCode(488)
  public static let badEvent = StatusCode(489)
  public static let requestPending = StatusCode(491)
  public static let undecipherable = StatusCode(493)
  public static let securityAgreementRequired = StatusCode(494)
  public static let serverInternalError = StatusCode(500)
  public static let notImplemented = StatusCode(501)
  public static let badGateway = StatusCode(502)
  public static let serviceUnavailable = StatusCode(503)
  public static let serverTimeout = StatusCode(504)
  public static let versionNotSupported = StatusCode(505)
  public static let messageTooLarge = StatusCode(513)
  public static let pushNotificationServiceNotSupported = StatusCode(555)
  public static let preconditionFailure = StatusCode(580)
  public static let busyEverywhere = StatusCode(600)
  public static let decline = StatusCode(603)
  public static let doesNotExistAnywhere = StatusCode(604)
  public static let notAcceptableAnywhere = StatusCode(606)
  public static let unwanted = StatusCode(607)
  public static let rejected = StatusCode(608)

  /// The reason phrase the registry gives the code; for an unknown code that of its class (RFC 3261 section 8.1.3.2).
  public var defaultReason: String {
    switch rawValue {
    case 100: "Trying"
    case 180: "Ringing"
    case 181: "Call Is Being Forwarded"
    case 182: "Queued"
    case 183: "Session Progress"
    case 199: "Early Dialog Terminated"
    case 200: "OK"
    case 202: "Accepted"
    case 204: "No Notification"
    case 300: "Multiple Choices"
    case 301: "Moved Permanently"
    case 302: "Moved Temporarily"
    case 305: "Use Proxy"
    case 380: "Alternative Service"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 402: "Payment Required"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 407: "Proxy Authentication Required"
    case 408: "Request Timeout"
    case 410: "Gone"
    case 412: "Conditional Request Failed"
    case 413: "Request Entity Too Large"
    case 414: "Request-URI Too Long"
    case 415: "Unsupported Media Type"
    case 416: "Unsupported URI Scheme"
    case 417: "Unknown Resource-Priority"
    case 420: "Bad Extension"
    case 421: "Extension Required"
    case 422: "Session Interval Too Small"
    case 423: "Interval Too Brief"
    case 424: "Bad Location Information"
    case 425: "Bad Alert Message"
    case 428: "Use Identity Header"
    case 429: "Provide Referrer Identity"
    case 430: "Flow Failed"
    case 433: "Anonymity Disallowed"
    case 436: "Bad Identity-Info"
    case 437: "Unsupported Credential"
    case 438: "Invalid Identity Header"
    case 439: "First Hop Lacks Outbound Support"
    case 440: "Max-Breadth Exceeded"
    case 469: "Bad Info Package"
    case 470: "Consent Needed"
    case 480: "Temporarily Unavailable"
    case 481: "Call/Transaction Does Not Exist"
    case 482: "Loop Detected"
    case 483: "Too Many Hops"
    case 484: "Address Incomplete"
    case 485: "Ambiguous"
    case 486: "Busy Here"
    case 487: "Request Terminated"
    case 488: "Not Acceptable Here"
    case 489: "Bad Event"
    case 491: "Request Pending"
    case 493: "Undecipherable"
    case 494: "Security Agreement Required"
    case 500: "Server Internal Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Server Time-out"
    case 505: "Version Not Supported"
    case 513: "Message Too Large"
    case 555: "Push Notification Service Not Supported"
    case 580: "Precondition Failure"
    case 600: "Busy Everywhere"
    case 603: "Decline"
    case 604: "Does Not Exist Anywhere"
    case 606: "Not Acceptable"
    case 607: "Unwanted"
    case 608: "Rejected"
    default: kind.reason
    }
  }
}

extension StatusCode.Kind {
  fileprivate var reason: String {
    switch self {
    case .provisional: "Trying"
    case .success: "OK"
    case .redirection: "Multiple Choices"
    case .requestFailure: "Bad Request"
    case .serverFailure: "Server Internal Error"
    case .globalFailure: "Busy Everywhere"
    }
  }
}
