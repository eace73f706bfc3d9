import SIPMessages
import SIPUserAgent

/// The steps of RFC 8224 section 6.2 for one message: which certificates are needed, and what the tokens are worth with them.
struct TokenCheck {
  /// What the message says, against which tokens are held.
  struct Scene {
    /// Whoever may be named as `orig`, the most telling first: From, then P-Asserted-Identity.
    var origins: [URI]
    /// `dest`: To.
    var destination: URI?
    /// Date; nil when it is missing or malformed.
    var date: Int64?
    var body: [UInt8]
    /// The message is a response, whose tokens the called side signs.
    var isResponse = false
    var now: Int64
    var freshness: Int64
  }

  enum Credential {
    case good(SigningCertificate)
    case bad(CertificateFault)
    case missing(String)
  }

  /// A token with what its field says about it.
  private struct Token {
    var passport: PASSporT
    var info: String
  }

  let scene: Scene
  let signatures: any Signatures

  /// More fields than this are not looked at.
  static let mostFields = 8

  /// Whether this phone knows that kind of token in that place (step 1).
  static func isSupported(_ ppt: String?, isResponse: Bool) -> Bool {
    isResponse ? ppt == "rsp" : ppt == nil || ppt == "shaken" || ppt == "div"
  }

  func check(_ fields: [Identity], credential: (String) -> Credential) -> VerificationVerdict {
    let usable = fields.prefix(Self.mostFields).filter { Self.isSupported($0.ppt, isResponse: scene.isResponse) }
    var complaints: [VerificationVerdict.Complaint] = []
    var best: VerificationVerdict?
    var diversions: [(token: PASSporT, certificate: SigningCertificate)] = []
    for field in usable {
      do throws(Failure) {
        let (passport, certificate, origin) = try examine(field, credential)
        if passport.ppt == "div" {
          diversions.append((passport, certificate))
          continue
        }
        var verdict = VerificationVerdict(proved: scene.isResponse ? scene.destination : origin)
        verdict.signer = certificate.domains.first ?? (certificate.subject.isEmpty ? nil : certificate.subject)
        verdict.issuedAt = passport.issuedAt
        if passport.ppt == "shaken" {
          guard let attest = passport.claims["attest"]?.string.flatMap(VerificationVerdict.Attestation.init(rawValue:)),
            passport.claims["origid"]?.string != nil
          else { throw Failure(.invalid("it lacks claims that its kind must have")) }
          verdict.attestation = attest
        }
        // One that holds is enough (section 6.2.1).
        if best == nil { best = verdict }
        if let chain = chain(from: passport, diversions.map(\.token)) { best?.diverted = chain }
      } catch {
        let signature = field.digest.utf8.lastIndex(of: 0x2E).map { field.digest[field.digest.utf8.index(after: $0)...] } ?? ""
        complaints.append(VerificationVerdict.Complaint(token: "..\(signature)", fault: error.fault))
      }
    }
    guard var verdict = best else {
      var verdict = VerificationVerdict(
        fault: Self.worst(complaints.map(\.fault)) ?? .invalid("no signature in it can be used"))
      verdict.complaints = complaints
      return verdict
    }
    verdict.complaints = complaints
    // Diversions may stand after what they refer to.
    if verdict.diverted.isEmpty, !diversions.isEmpty, let first = usable.first(where: { $0.ppt != "div" }),
      let base = try? passport(of: first), let chain = chain(from: base, diversions.map(\.token))
    {
      verdict.diverted = chain
    }
    return verdict
  }

  private struct Failure: Error {
    var fault: VerificationVerdict.Fault

    init(_ fault: VerificationVerdict.Fault) {
      self.fault = fault
    }
  }

  /// When all fail, what says most is told: 436 only when no certificate could be had at all.
  private static func worst(_ faults: [VerificationVerdict.Fault]) -> VerificationVerdict.Fault? {
    func rank(_ fault: VerificationVerdict.Fault) -> Int {
      switch fault {
      case .noCredential: 0
      case .unsupportedCredential: 1
      case .stale: 2
      case .invalid: 3
      }
    }
    return faults.max { rank($0) < rank($1) }
  }

  /// The token of the full form, or the one that the message itself makes of the compact form.
  private func passport(of field: Identity) throws(Failure) -> PASSporT {
    guard let info = field.info, !info.isEmpty else { throw Failure(.invalid("it does not say where its certificate is")) }
    if let algorithm = field.algorithm, algorithm != "ES256" {
      throw Failure(.unsupportedCredential("it is signed with \(algorithm)"))
    }
    guard field.digest.hasPrefix("..") else {
      let passport: PASSporT
      do throws(PASSporT.Fault) {
        passport = try PASSporT(field.digest)
      } catch {
        switch error {
        case .malformed(let words): throw Failure(.invalid(words))
        case .algorithm(let name): throw Failure(.unsupportedCredential("it is signed with \(name)"))
        }
      }
      // Section 4.1: both must say the same.
      guard passport.x5u == info else { throw Failure(.invalid("it names two certificates")) }
      guard passport.ppt == field.ppt else { throw Failure(.invalid("it says of itself that it is of another kind")) }
      return passport
    }
    guard field.ppt == nil else { throw Failure(.invalid("a token of its kind must be whole")) }
    guard let signature = Base64URL.decode(field.digest.dropFirst(2).utf8), signature.count == 64 else {
      throw Failure(.invalid("its signature is none"))
    }
    guard let date = scene.date else { throw Failure(.invalid("the message has no Date, which its signature is over")) }
    guard let orig = scene.origins.first.flatMap({ PartyIdentity($0) }), let dest = scene.destination.flatMap({ PartyIdentity($0) })
    else { throw Failure(.invalid("the message does not say who calls whom")) }
    let more = PASSporT.mediaKeys(scene.body).map { [JSONValue.Member(name: "mky", value: $0)] } ?? []
    let text = PASSporT.signingText(x5u: info, orig: orig, dest: dest, issuedAt: date, more: more)
    let whole = String(decoding: text, as: UTF8.self) + "." + Base64URL.encode(signature)
    guard let passport = try? PASSporT(whole) else { throw Failure(.invalid("its signature is none")) }
    return passport
  }

  private func examine(
    _ field: Identity, _ credential: (String) -> Credential
  ) throws(Failure) -> (PASSporT, SigningCertificate, URI?) {
    let passport = try passport(of: field)
    // Step 2: who calls is what the message says, never what the token says (section 6.2.4).
    guard let origin = scene.origins.first(where: { PartyIdentity($0) == passport.orig }) else {
      throw Failure(.invalid("it is signed for \(passport.orig), who is not who calls"))
    }
    // A diversion names the next station; whether the stations hang together is asked of all of them at once.
    let isForUs =
      passport.ppt == "div" || scene.destination.flatMap { PartyIdentity($0) }.map { passport.dest.contains($0) } ?? false
    guard isForUs else { throw Failure(.invalid("it is signed for a call to somebody else")) }
    // Step 3.
    let certificate: SigningCertificate
    switch credential(field.info ?? "") {
    case .good(let found): certificate = found
    case .bad(let fault): throw Failure(.unsupportedCredential(fault.words))
    case .missing(let words): throw Failure(.noCredential(words))
    }
    // Step 4: `iat` counts; a Date that a server on the way has changed does no harm.
    guard abs(scene.now - passport.issuedAt) <= scene.freshness else {
      throw Failure(.stale("it was signed \(Self.distance(scene.now - passport.issuedAt))"))
    }
    guard certificate.notBefore <= passport.issuedAt, passport.issuedAt <= certificate.notAfter else {
      throw Failure(.unsupportedCredential("its certificate did not hold when it was signed"))
    }
    // Step 5.
    guard signatures.verify(passport.signature, of: passport.signedText, publicKey: certificate.publicKey) else {
      throw Failure(.invalid("the signature does not fit what was signed"))
    }
    try authorize(passport, certificate)
    if let claimed = passport.claims["mky"], claimed.canonical != PASSporT.mediaKeys(scene.body)?.canonical {
      throw Failure(.invalid("the keys of the call's sound are not those that were signed"))
    }
    return (passport, certificate, origin)
  }

  /// RFC 8224 sections 8.2 and 8.4, RFC 8226 sections 8 and 9.
  private func authorize(_ passport: PASSporT, _ certificate: SigningCertificate) throws(Failure) {
    let signing: PartyIdentity
    switch passport.ppt {
    case "rsp": signing = passport.dest[0]
    case "div":
      guard let from = PartyIdentity.list(passport.claims["div"])?.first else {
        throw Failure(.invalid("it does not say who sent the call on"))
      }
      signing = from
    default: signing = passport.orig
    }
    switch signing {
    case .telephoneNumber(let number):
      guard let list = certificate.telephoneNumbers, let authority = TelephoneNumberAuthority(der: list), authority.covers(number)
      else { throw Failure(.invalid("its certificate does not speak for \(number)")) }
      guard certificate.issuerNumbers.allSatisfy({ TelephoneNumberAuthority(der: $0)?.covers(number) ?? false }) else {
        throw Failure(.invalid("whoever certified it does not speak for \(number)"))
      }
    case .uri(let uri):
      guard let host = (try? URI(parsing: uri))?.sip?.host.description.lowercased(), certificate.domains.contains(host) else {
        throw Failure(.invalid("its certificate does not speak for \(uri)"))
      }
    }
    for der in [certificate.constraints, certificate.enhancedConstraints].compactMap({ $0 }) {
      guard let constraints = ClaimConstraints(der: der) else {
        throw Failure(.unsupportedCredential("its certificate is not readable"))
      }
      let isAllowed =
        constraints.mustInclude.allSatisfy { passport.claims[$0] != nil }
        && constraints.mustExclude.allSatisfy { passport.claims[$0] == nil }
        && constraints.permitted.allSatisfy { rule in
          passport.claims[rule.claim].map { rule.values.contains(Self.text($0)) } ?? true
        }
      guard isAllowed else { throw Failure(.invalid("its certificate may not sign that")) }
    }
  }

  private static func text(_ value: JSONValue) -> String { value.string ?? value.text }

  /// RFC 8946 section 5.1: from the first destination along the diversions to the present one. nil when the links do not meet.
  private func chain(from base: PASSporT, _ diversions: [PASSporT]) -> [String]? {
    var place = base.dest
    var path: [String] = []
    var rest = diversions.filter { $0.orig == base.orig }
    while let index = rest.firstIndex(where: { link in
      PartyIdentity.list(link.claims["div"])?.first.map { place.contains($0) } ?? false
    }) {
      let link = rest.remove(at: index)
      if let from = PartyIdentity.list(link.claims["div"])?.first { path.append(from.description) }
      place = link.dest
    }
    return path.isEmpty ? nil : path
  }

  private static func distance(_ seconds: Int64) -> String {
    let amount = abs(seconds)
    let words = amount < 120 ? "\(amount) s" : amount < 7200 ? "\(amount / 60) min" : "\(amount / 3600) h"
    return seconds >= 0 ? "\(words) ago" : "\(words) in the future"
  }
}
