public import SIPMessages

/// How an INVITE asks to be answered (RFC 5373).
public struct AnswerRequest: Hashable, Sendable {
  public enum Mode: String, Hashable, Sendable {
    case manual, auto

    /// As the field's value is written.
    public var token: String {
      switch self {
      case .manual: "Manual"
      case .auto: "Auto"
      }
    }
  }

  public struct Wish: Hashable, Sendable {
    public var mode: Mode
    /// Rather refuse than answer in another way.
    public var isRequired: Bool

    public init(_ mode: Mode, isRequired: Bool = false) {
      self.mode = mode
      self.isRequired = isRequired
    }
  }

  /// Answer-Mode, or a vendor's way to say Auto; nil: the call asks for nothing.
  public var ordinary: Wish?
  /// Priv-Answer-Mode; nil when it is not there.
  public var privileged: Wish?
  /// The vendor's field that `ordinary` was read from, for a sentence; nil when it was Answer-Mode itself.
  public var vendorForm: String?
  /// The caller wants its own media back, to test the way (RFC 6849).
  public var offersLoopback: Bool

  public init(_ ordinary: Wish? = nil, privileged: Wish? = nil, vendorForm: String? = nil, offersLoopback: Bool = false) {
    self.ordinary = ordinary
    self.privileged = privileged
    self.vendorForm = vendorForm
    self.offersLoopback = offersLoopback
  }

  /// Reads a dialog-forming INVITE; the fields mean nothing anywhere else (section 3).
  ///
  /// - Parameter believesVendorForms: whether the account trusts its server to have removed what callers made up.
  public init(_ invite: Request, believesVendorForms: Bool = false) {
    ordinary = Self.wish(invite.fields.values(.answerMode))
    privileged = Self.wish(invite.fields.values(.privAnswerMode))
    vendorForm = nil
    offersLoopback = false
    if ordinary == nil, believesVendorForms, let form = VendorAnswerForm.find(in: invite) {
      ordinary = Wish(.auto)
      vendorForm = form
    }
  }

  /// "Implementations MUST ignore unknown values" (section 2). The field may stand once; where somebody sends it several times, the
  /// most careful reading holds: Manual goes before Auto, and `require` counts wherever it stands.
  private static func wish(_ values: [String]) -> Wish? {
    var found: Wish?
    // A request has no reason to repeat the field; a thousand of them are not read.
    for value in values.prefix(8) {
      let parts = value.prefix(256).split(separator: ";", omittingEmptySubsequences: false)
      guard let token = parts.first?.trimmingBlanks.lowercased(), let mode = Mode(rawValue: token) else { continue }
      let isRequired = parts.dropFirst().contains { part in
        (part.split(separator: "=", maxSplits: 1).first ?? "").trimmingBlanks.lowercased() == "require"
      }
      guard let former = found else {
        found = Wish(mode, isRequired: isRequired)
        continue
      }
      found = Wish(former.mode == .manual ? .manual : mode, isRequired: former.isRequired || isRequired)
    }
    return found
  }

  /// `Priv-Answer-Mode: Auto;require`, `Answer-Mode: Manual`; nil when nothing was asked.
  public var words: String? {
    func text(_ name: String, _ wish: Wish) -> String { "\(name): \(wish.mode.token)\(wish.isRequired ? ";require" : "")" }
    var parts: [String] = []
    if let privileged { parts.append(text("Priv-Answer-Mode", privileged)) }
    if let vendorForm {
      parts.append(vendorForm)
    } else if let ordinary {
      parts.append(text("Answer-Mode", ordinary))
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
