import SIPMessages

/// A dialog that an INVITE made, with what the INVITE usage keeps for it. A forked call has several until one is confirmed.
struct InviteDialog: Sendable {
  var dialog: Dialog
  var offers = OfferAnswerExchange()
  /// RSeq of the last reliable provisional response that we acknowledged (RFC 3262 section 4); nil before the first.
  var lastReliable: UInt32?
  /// The session description that the application last heard of.
  var reported: Body?
  /// The peer's Allow; empty when it said nothing.
  var peerMethods: [Method] = []
  var peerOptionTags: [OptionTag] = []
  /// The peer said once that another From than before does not confuse it (RFC 4916 section 4).
  private(set) var acceptsFromChange = false
  /// It answered UPDATE with 405 or 501, whatever its Allow says.
  var refusesUpdate = false
  /// The ACKs of our INVITEs' 2xx, repeated when a 2xx is; by CSeq, the newest few.
  private(set) var acknowledgements: [(sequence: UInt32, request: Request, routing: RequestRouting)] = []

  init(_ dialog: Dialog) {
    self.dialog = dialog
  }

  mutating func remember(acknowledgement request: Request, routing: RequestRouting, sequence: UInt32) {
    acknowledgements.removeAll { $0.sequence == sequence }
    acknowledgements.append((sequence, request, routing))
    // A 2xx is repeated for 32 s at most; nobody modifies a session more often than this within that time.
    if acknowledgements.count > 4 { acknowledgements.removeFirst() }
  }

  /// Section 20.5 and 20.37: what the peer says about itself, in any message.
  mutating func learn(from fields: HeaderFields) {
    if let methods = fields.allowedMethods { peerMethods = methods }
    if fields.contains(.supported) {
      peerOptionTags = fields.optionTags(Supported.self)
      if peerOptionTags.contains(.fromChange) { acceptsFromChange = true }
    }
  }
}
