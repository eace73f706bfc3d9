import SIPMessages

/// What RFC 3261 tables 2 and 3, and the RFCs of the later methods, ask of a method.
struct MethodTraits {
  /// The request carries Contact: it makes a dialog or refreshes its target.
  let carriesContact: Bool
  /// It says what its sender can do: Allow and Supported.
  let announcesCapabilities: Bool
  /// It exists within a dialog only.
  let needsDialog: Bool
  /// The core serves it itself.
  let isServedByCore: Bool

  init(_ method: Method) {
    switch method {
    case .invite: self.init(contact: true, capabilities: true, dialog: false, core: true)
    case .update: self.init(contact: true, capabilities: true, dialog: true, core: true)
    // RFC 4028 section 7.1 wants Supported in every request but ACK.
    case .prack, .bye, .ack: self.init(contact: false, capabilities: method != .ack, dialog: true, core: true)
    case .cancel: self.init(contact: false, capabilities: false, dialog: false, core: true)
    case .options: self.init(contact: true, capabilities: true, dialog: false, core: true)
    case .register: self.init(contact: true, capabilities: true, dialog: false, core: false)
    case .subscribe, .notify, .refer: self.init(contact: true, capabilities: true, dialog: false, core: false)
    case .info: self.init(contact: false, capabilities: true, dialog: true, core: false)
    default: self.init(contact: false, capabilities: true, dialog: false, core: false)
    }
  }

  private init(contact: Bool, capabilities: Bool, dialog: Bool, core: Bool) {
    carriesContact = contact
    announcesCapabilities = capabilities
    needsDialog = dialog
    isServedByCore = core
  }

  /// Every method that an RFC defines: not serving one of these is 405, anything else 501 (sections 8.2.1, 21.5.2).
  static let known: [Method] = [
    .invite, .ack, .cancel, .bye, .options, .register, .prack, .update, .info, .refer, .subscribe, .notify, .message, .publish,
  ]
}
