public import SIPMessages
public import SIPUserAgent
public import SansIO

/// A key that signs for one of our addresses.
public struct IdentitySigner: Hashable, Sendable {
  /// The address of record; a number when it is one (`tel:`, or `user=phone`).
  public var address: URI
  /// PEM of a private key of P-256.
  public var privateKey: [UInt8]
  /// Where everybody can fetch the certificate; https.
  public var certificateURI: String
  /// Send the whole token and not only its signature.
  public var isFull: Bool

  public init(address: URI, privateKey: [UInt8], certificateURI: String, isFull: Bool = true) {
    self.address = address
    self.privateKey = privateKey
    self.certificateURI = certificateURI
    self.isFull = isFull
  }
}

/// Signs what we send (RFC 8224 section 6.1), and answers to signed calls (draft-ietf-stir-rfc4916-update).
///
/// It stands where nobody changes From, To, Date or the body after it. Requests that do not bear the signer's own address in From,
/// an anonymous caller's for one, are not signed: it has no authority over other names.
public struct AuthenticationService: UserAgentExtension {
  public var signers: [IdentitySigner]
  private let signatures: any Signatures
  /// Calls whose compact token was refused with 438 and goes out whole.
  private var repaired: Set<ExchangeID> = []
  /// What the keys' texts hold: read when they are first used.
  private var keys: [[UInt8]: [UInt8]] = [:]

  public init(signatures: any Signatures, signers: [IdentitySigner]) {
    self.signatures = signatures
    self.signers = signers
  }

  private func signer(for uri: URI?) -> IdentitySigner? {
    guard let wanted = uri.flatMap({ PartyIdentity($0) }) else { return nil }
    return signers.first { PartyIdentity($0.address) == wanted }
  }

  private mutating func sign(_ text: [UInt8], _ signer: IdentitySigner) -> [UInt8]? {
    guard let key = keys[signer.privateKey] ?? signatures.readPrivateKey(signer.privateKey) else { return nil }
    keys[signer.privateKey] = key
    return signatures.sign(text, privateKey: key)
  }

  public mutating func willSend(_ request: inout Request, _ context: inout ExtensionContext) {
    switch request.method {
    case .invite, .update, .bye, .message, .refer: break
    default: return
    }
    guard !signers.isEmpty, let signer = signer(for: request.from?.address.uri),
      let orig = request.from.flatMap({ PartyIdentity($0.address.uri) }),
      let dest = request.to.flatMap({ PartyIdentity($0.address.uri) })
    else { return }
    let isFull = signer.isFull || context.exchange.map { repaired.contains($0) } ?? false
    let now = context.now.wallTime.secondsSince1970
    request.fields.set(DateHeader(value: SIPDate(secondsSince1970: now).description))
    let more = PASSporT.mediaKeys(request.body).map { [JSONValue.Member(name: "mky", value: $0)] } ?? []
    let text = PASSporT.signingText(x5u: signer.certificateURI, orig: orig, dest: dest, issuedAt: now, more: more)
    guard let signature = sign(text, signer) else { return }
    let digest = (isFull ? String(decoding: text, as: UTF8.self) + "." : "..") + Base64URL.encode(signature)
    request.fields.append(Identity(digest: digest, info: signer.certificateURI, algorithm: "ES256"))
  }

  /// Section 6.1.1: "it SHOULD retry the request with the full form after receiving a 438 response", once.
  public mutating func didReceive(_ response: Response, to request: Request, _ context: inout ExtensionContext) -> ResponseVerdict {
    // RFC 9410 section 7: the signer hears of it, and nobody behind it.
    if request.fields.contains(.identity), let complaint = response.values(Reason.self).first(where: { $0.protocol == "STIR" }),
      let cause = complaint.cause
    {
      context.report(SignatureComplaint(session: context.session, status: StatusCode(cause), text: complaint.reasonText))
    }
    guard let exchange = context.exchange, response.status.isFinal else { return .proceed }
    // RFC 4916 section 4.4.1: within a dialog nothing is tried again.
    guard response.status == .invalidIdentityHeader, request.to?.tag == nil, !repaired.contains(exchange),
      let template = context.template, request.value(Identity.self)?.digest.hasPrefix("..") == true
    else {
      repaired.remove(exchange)
      return .proceed
    }
    repaired.insert(exchange)
    return .resend(template)
  }

  /// The called side says who it is, with the same caller and called as the call was signed for.
  public mutating func willSend(_ response: inout Response, to request: Request, _ context: inout ExtensionContext) {
    guard request.method == .invite, request.to?.tag == nil, response.status > .trying, response.status < .multipleChoices,
      !signers.isEmpty, request.fields.contains(.identity), let signer = signer(for: request.to?.address.uri),
      let orig = request.from.flatMap({ PartyIdentity($0.address.uri) }), let dest = PartyIdentity(signer.address)
    else { return }
    let now = context.now.wallTime.secondsSince1970
    let text = PASSporT.signingText(x5u: signer.certificateURI, ppt: "rsp", orig: orig, dest: dest, issuedAt: now)
    guard let signature = sign(text, signer) else { return }
    response.fields.set(DateHeader(value: SIPDate(secondsSince1970: now).description))
    response.fields.append(
      Identity(
        digest: String(decoding: text, as: UTF8.self) + "." + Base64URL.encode(signature), info: signer.certificateURI,
        algorithm: "ES256", ppt: "rsp"))
  }
}

/// What the other side's verification service says of our signature (RFC 9410).
public struct SignatureComplaint: ExtensionEvent {
  /// nil outside a call.
  public var session: SessionID?
  /// 436, 437, 438 or 403.
  public var status: StatusCode
  /// Its own words.
  public var text: String?
}
