public import SIPMessages
public import SIPUserAgent

/// Answering modes (RFC 5373), as far as the user agent has to know of them: the option tag.
///
/// "A UA supporting the Answer-Mode and Priv-Answer-Mode header fields SHOULD indicate its support by including an option tag of
/// "answermode" in the Supported header field of all requests it sends" (section 4.3.1), and `Require: answermode` is then no
/// reason for a 420. What the fields ask for is policy and is decided where the user's rules are, by `AnswerPolicy` in Phone.
public struct AnswerModes: UserAgentExtension {
  public init() {}

  public var optionTags: [OptionTag] { [.answermode] }
}
