import SIPMessages
import SIPUserAgent
import SansIO

/// Who we say we are, when the user changes that in mid-call (RFC 4916 section 4.3): another account's address, a colleague's to
/// whom the telephone was handed, the department's.
extension Phone {
  mutating func identify(_ id: CallID?, as text: String, _ step: inout PhoneStep) {
    func fits(_ call: Call) -> Bool { call.isEstablished }
    let found = target(
      id, &step,
      implied: { phone in
        phone.selectedCall.flatMap { phone.index(of: $0) }.flatMap { fits(phone.calls[$0]) ? $0 : nil }
          ?? phone.calls.firstIndex(where: fits)
      },
      fits: fits, otherwise: "There is no answered call in which to be somebody else.")
    guard let index = found else { return }
    let call = calls[index]
    guard let address = ownAddress(text, account: call.account - 1) else {
      complain(
        "“\(DisplayText.bounded(text) ?? "?")” is neither an account nor an address, such as: \"Sales\" <sip:sales@example.com>.",
        call: call.id, &step)
      return
    }
    // "MUST NOT" reach who did not say that it understands it: it would take the next request for another dialog's.
    guard userAgent.peerAcceptsFromChange(in: call.session) else {
      complain(
        "The phone of \(call.peer.shortName) knows nothing of changed names (from-change, RFC 4916): it goes on to see who you were.",
        call: call.id, &step)
      return
    }
    calls[index].presented = address
    tell(.command(.identify(call.session, address)), &step)
    let name = address.displayName.flatMap { DisplayText.bounded($0) }
    let shown = PeerIdentification.shown(address.uri)
    calls[index].who.add(.presented, at: step.now.wallTime, name: name, address: shown)
    notice(.information, "\(call.peer.shortName) is told that you are \(name.map { "\($0), \(shown)" } ?? shown) now.", &step)
    tellIdentity(index, &step)
  }

  /// RFC 4916 section 4.4.1: the call goes on as if nothing had been said, and nothing is tried again.
  mutating func identityRefused(_ status: StatusCode, _ index: Int, _ step: inout PhoneStep) {
    guard calls[index].presented != nil else { return }
    calls[index].presented = nil
    let why = "\(status.rawValue) \(status.defaultReason)"
    calls[index].who.add(.notPresented, at: step.now.wallTime, note: "they answered \(why)")
    notice(.warning, "\(calls[index].peer.shortName) did not take your other name: \(why).", &step)
    tellIdentity(index, &step)
  }

  /// An account by its number, user or address; else an address, with a name before it or without.
  private func ownAddress(_ text: String, account: Int) -> NameAddress? {
    let typed = String(text.trimmingBlanks)
    if let index = self.account(named: typed) {
      let settings = accounts[index].settings
      return NameAddress(uri: .sip(settings.address), displayName: settings.displayName)
    }
    if typed.hasSuffix(">") {
      var cursor = HeaderCursor(Array(typed.utf8)[...])
      guard let address = try? NameAddress(&cursor), cursor.isAtEnd, let uri = Self.presentable(address.uri) else { return nil }
      return NameAddress(uri: uri, displayName: address.displayName.flatMap { DisplayText.bounded($0) })
    }
    guard !typed.contains(where: { $0.isWhitespace }),
      let uri = try? DialTarget.resolve(typed, contacts: [], home: accounts[account].home)
    else { return nil }
    return Self.presentable(uri).map { NameAddress(uri: $0) }
  }

  /// What may stand in From (RFC 3261 section 19.1.1, table 1).
  private static func presentable(_ uri: URI) -> URI? {
    switch uri {
    case .sip(var sip):
      sip.headers = []
      for name in ["method", "transport", "maddr", "ttl", "lr"] { sip.parameters.remove(name) }
      sip.port = nil
      sip.password = nil
      return .sip(sip)
    case .tel: return uri
    case .other: return nil
    }
  }
}
