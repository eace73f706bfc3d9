internal import Media
internal import SIPExtensions
internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

/// The robots that show who is at the other end, and how a phone can know (RFC 4916, 3325, 8224).
extension Robot {
  /// To whom they leave the guest in mid-call; nil for those who stay. The pretender only says that it is another.
  var turnsInto: Robot? {
    switch self {
    case .desk: .echo
    case .switchboard: .clock
    case .pretender: .pretender
    case .reception, .dispatcher, .echo, .clock, .music, .busy, .nobody: nil
    case .intercom, .pushy, .control, .impostor, .eavesdropper: nil
    case .urgent, .leisurely, .inside, .outside, .friend, .family, .recall, .brief, .late, .abroad, .waiting, .callback, .returned,
      .long, .usual:
      nil
    case .signed, .stale, .borrowed, .forged: nil
    }
  }

  /// What From calls it. Those who sign call as somebody who is not in the directory.
  var callerName: String { telephone == nil ? displayName : "Dr. Berg" }

  /// The number of those who sign their calls; nil for the others. All but the borrower's are their certificate's. Such numbers
  /// (555-01xx) belong to nobody.
  var telephone: String? {
    switch self {
    case .signed: "+12155550150"
    case .stale: "+12155550151"
    case .borrowed: "+12155550166"
    case .forged: "+12155550152"
    case .reception, .dispatcher, .echo, .clock, .music, .busy, .nobody: nil
    case .intercom, .pushy, .control, .impostor, .eavesdropper: nil
    case .urgent, .leisurely, .inside, .outside, .friend, .family, .recall, .brief, .late, .abroad, .waiting, .callback, .returned,
      .long, .usual:
      nil
    case .desk, .switchboard, .pretender: nil
    }
  }
}

extension RobotHall {
  /// What stands in From.
  func uri(of robot: Robot) -> SIPURI {
    var uri = SIPURI(user: robot.telephone ?? robot.number, host: .name(configuration.domain))
    if robot.telephone != nil { uri.parameters.set("user", "phone") }
    return uri
  }

  /// The guest is left to another robot, and told so in the robot's own way; afterwards nothing more happens.
  mutating func becomeAnother(_ call: RobotCall, now: Moment, into outputs: inout [Output]) {
    guard let next = call.robot.turnsInto else { return }
    calls[call.session]?.stage = .talking(nextAct: nil)
    calls[call.session]?.voice = next
    let address = NameAddress(uri: .sip(uri(of: next)), displayName: next.displayName)
    switch call.robot {
    case .switchboard:
      // As a PBX does it that knows nothing of RFC 4916: From stays.
      counter += 1
      var fields = HeaderFields()
      fields.append(PAssertedIdentity(address))
      command(.requestInDialog(RequestID(2 * counter), call.session, .update, fields, nil), now: now, into: &outputs)
    case .pretender:
      let better = NameAddress(uri: address.uri, displayName: "\u{2713} Your bank, verified")
      command(.identify(call.session, better), now: now, into: &outputs)
    default:
      command(.identify(call.session, address), now: now, into: &outputs)
    }
    if let parameters = call.parameters { run(call.session, parameters, now: now, into: &outputs) }
  }

  /// Adds the Identity that the robot's call has; nothing for the others, or where there is nothing to sign with.
  func sign(_ call: RobotCall, as address: NameAddress, _ time: WallTime, _ fields: inout HeaderFields) {
    guard call.robot.telephone != nil, let signatures, let orig = PartyIdentity(address.uri), let dest = PartyIdentity(call.peer)
    else { return }
    let issuedAt = time.secondsSince1970 - (call.robot == .stale ? 3600 : 0)
    let text = PASSporT.signingText(
      x5u: ExchangeAuthority.certificateURI, ppt: "shaken", orig: orig, dest: dest, issuedAt: issuedAt,
      more: [
        .init(name: "attest", value: .string("A")), .init(name: "origid", value: .string("123e4567-e89b-12d3-a456-426655440000")),
      ])
    guard var signature = signatures.sign(text, privateKey: ExchangeAuthority.privateKey) else { return }
    // Somebody who has seen a signature of that key, and not the key.
    if call.robot == .forged { signature[63] ^= 1 }
    fields.append(DateHeader(value: SIPDate(secondsSince1970: issuedAt).description))
    fields.append(
      Identity(
        digest: String(decoding: text, as: UTF8.self) + "." + Base64URL.encode(signature), info: ExchangeAuthority.certificateURI,
        algorithm: "ES256", ppt: "shaken"))
  }
}
