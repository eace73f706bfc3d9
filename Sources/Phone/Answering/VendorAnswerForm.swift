import SIPMessages

/// The ways in which makers of telephone systems asked for an automatic answer before and beside RFC 5373.
///
/// Nobody checks who wrote them, so they are read only for accounts that trust their server, and then they are worth exactly an
/// `Answer-Mode: Auto`: the same rules and the same microphone gate.
enum VendorAnswerForm {
  /// The field as it stands, bounded, when one asks for an automatic answer; nil for none.
  static func find(in invite: Request) -> String? {
    for value in invite.fields.values(.callInfo).prefix(8) where asks(callInfo: value.prefix(512).lowercased()) {
      return shown("Call-Info", value)
    }
    for value in invite.fields.values(.alertInfo).prefix(8) where asks(alertInfo: value.prefix(512).lowercased()) {
      return shown("Alert-Info", value)
    }
    if case .sip(let uri) = invite.uri, uri.parameters["intercom"]?.lowercased() == "true" { return "intercom=true" }
    return nil
  }

  /// `<sip:x>;answer-after=0`, `Auto Answer`.
  private static func asks(callInfo value: String) -> Bool {
    value.contains("answer-after=0") && !value.contains("answer-after=0.") || value.trimmingBlanks == "auto answer"
  }

  /// `info=alert-autoanswer`, `Auto Answer`, `Ring-Answer`, `<…>;info=alert-autoanswer;delay=0`. A delay other than 0 asks to ring
  /// first: that is what a phone does that ignores the field.
  private static func asks(alertInfo value: String) -> Bool {
    if value.contains("alert-autoanswer") {
      guard let delay = value.split(separator: ";").first(where: { $0.trimmingBlanks.hasPrefix("delay=") }) else { return true }
      return delay.trimmingBlanks == "delay=0"
    }
    let text = value.filter { $0 != "<" && $0 != ">" && $0 != "\"" }.trimmingBlanks
    let info = text.split(separator: "=", maxSplits: 1).last.map { $0.trimmingBlanks } ?? text
    return ["auto answer", "ring-answer", "ring answer"].contains(info)
  }

  private static func shown(_ name: String, _ value: String) -> String {
    "\(name): \(DisplayText.bounded(value, to: 60) ?? "")"
  }
}
