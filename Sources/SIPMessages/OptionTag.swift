/// The name of an extension in Supported, Require, Proxy-Require and Unsupported (RFC 3261 section 19.2). Compared without regard
/// to case.
public struct OptionTag: Hashable, Sendable, CustomStringConvertible {
  /// The token in lower case.
  public let token: String

  public init(_ token: String) {
    self.token = token.lowercasedIfNeeded()
  }

  public var description: String { token }

  /// RFC 3262.
  public static let rel100 = OptionTag("100rel")
  /// RFC 4028.
  public static let timer = OptionTag("timer")
  /// RFC 3327.
  public static let path = OptionTag("path")
  /// RFC 5626.
  public static let outbound = OptionTag("outbound")
  /// RFC 5627.
  public static let gruu = OptionTag("gruu")
  /// RFC 3891.
  public static let replaces = OptionTag("replaces")
  /// RFC 3911.
  public static let join = OptionTag("join")
  /// RFC 4488.
  public static let norefersub = OptionTag("norefersub")
  /// RFC 4538.
  public static let tdialog = OptionTag("tdialog")
  /// RFC 5373.
  public static let answermode = OptionTag("answermode")
  /// RFC 4916.
  public static let fromChange = OptionTag("from-change")
  /// RFC 7044.
  public static let histinfo = OptionTag("histinfo")
  /// RFC 3312.
  public static let precondition = OptionTag("precondition")
  /// RFC 3323.
  public static let privacy = OptionTag("privacy")
  /// RFC 3329.
  public static let secAgree = OptionTag("sec-agree")
  /// RFC 3840.
  public static let pref = OptionTag("pref")
  /// RFC 3959.
  public static let earlySession = OptionTag("early-session")
  /// RFC 4662.
  public static let eventlist = OptionTag("eventlist")
  /// RFC 6228.
  public static let earlyDialog199 = OptionTag("199")
  /// RFC 6442.
  public static let geolocationHTTP = OptionTag("geolocation-http")
  /// RFC 6442.
  public static let geolocationSIP = OptionTag("geolocation-sip")
  /// RFC 5368.
  public static let multipleRefer = OptionTag("multiple-refer")
  /// RFC 7614.
  public static let explicitsub = OptionTag("explicitsub")
  /// RFC 7614.
  public static let nosub = OptionTag("nosub")
  /// RFC 5768.
  public static let ice = OptionTag("ice")
}
