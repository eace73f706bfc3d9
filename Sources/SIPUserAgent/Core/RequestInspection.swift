import SIPMessages

/// The checks of RFC 3261 section 8.2 that need nothing but the request and what the user agent can do, in the order of that
/// section.
struct RequestInspection {
  let allowedMethods: [Method]
  let supportedOptionTags: [OptionTag]
  let acceptedBodyTypes: [ContentType]

  /// The response that refuses the request, or nil when it may go on.
  func refusal(of request: Request, isInDialog: Bool) -> Response? {
    if request.version.uppercased() != "SIP/2.0" { return Response(to: request, status: .versionNotSupported) }
    if let sentence = malformation(of: request) { return Response(to: request, status: .badRequest, reason: sentence) }
    if !allowedMethods.contains(request.method), !isInDialog || request.method != .notify {
      guard MethodTraits.known.contains(request.method) else { return Response(to: request, status: .notImplemented) }
      // A NOTIFY that belongs to no subscription of ours (RFC 6665 section 4.1.3).
      if request.method == .notify { return Response(to: request, status: .callDoesNotExist) }
      var response = Response(to: request, status: .methodNotAllowed)
      response.fields.set(Allow(allowedMethods))
      return response
    }
    switch request.uri {
    case .sip, .tel: break
    case .other: return Response(to: request, status: .unsupportedURIScheme)
    }
    return requirements(of: request) ?? content(of: request)
  }

  /// A sentence when something that every request needs is missing or cannot be read (section 8.1.1; RFC 4475).
  private func malformation(of request: Request) -> String? {
    if request.from == nil { return "Bad Request - From" }
    if request.to == nil { return "Bad Request - To" }
    if request.callID == nil { return "Bad Request - Call-ID" }
    guard let cseq = request.cseq else { return "Bad Request - CSeq" }
    if cseq.method != request.method { return "Bad Request - CSeq names another method" }
    if request.fields.contains(.maxForwards), request.maxForwards == nil { return "Bad Request - Max-Forwards" }
    if case .other(scheme: "", _) = request.uri { return "Bad Request - Request-URI" }
    for name in Self.singleFields where request.fields.count(of: name) > 1 {
      return "Bad Request - more than one \(name.rawName)"
    }
    let contacts = request.contacts
    if contacts.isEmpty, request.fields.contains(.contact) { return "Bad Request - Contact" }
    // Section 8.1.1.8: "MUST be present and contain exactly one SIP or SIPS URI in any request that can result in the establishment
    // of a dialog."
    if request.method == .invite, request.fields.contains(.contact) || request.followsRFC3261 {
      guard contacts.count == 1, contacts.first?.isWildcard == false else { return "Bad Request - Contact" }
    }
    if request.fields.contains(.recordRoute), request.recordRoutes.isEmpty { return "Bad Request - Record-Route" }
    return nil
  }

  private static let singleFields: [HeaderName] = [.from, .to, .callID, .cseq, .maxForwards]

  /// Section 8.2.2.3.
  private func requirements(of request: Request) -> Response? {
    let unknown = request.fields.optionTags(Require.self).filter { !supportedOptionTags.contains($0) }
    guard !unknown.isEmpty else { return nil }
    var response = Response(to: request, status: .badExtension)
    response.fields.set(Unsupported(unknown))
    return response
  }

  /// Section 8.2.3, for the methods whose bodies are ours to understand. The application judges those of its own.
  private func content(of request: Request) -> Response? {
    switch request.method {
    case .invite, .update, .prack, .options: break
    default: return nil
    }
    if request.method == .invite, let accept = request.fields.first(.accept), !admitsSessionDescription(accept) {
      return Response(to: request, status: .notAcceptable)
    }
    guard let body = request.content else { return nil }
    if let encoding = request.fields.first(.contentEncoding), encoding.lowercased() != "identity" {
      var response = Response(to: request, status: .unsupportedMediaType)
      response.fields.set(name: .acceptEncoding, value: "identity")
      return response
    }
    guard body.effectiveDisposition.isRequired, !isAccepted(body.contentType), !body.contentType.isMultipart else { return nil }
    var response = Response(to: request, status: .unsupportedMediaType)
    response.fields.set(name: .accept, value: acceptedBodyTypes.map { "\($0.type)/\($0.subtype)" }.joined(separator: ", "))
    return response
  }

  private func isAccepted(_ type: ContentType) -> Bool {
    acceptedBodyTypes.contains { $0.isSameType(as: type) }
  }

  /// The peer must be able to read what we would answer with. An empty field admits nothing, which no caller means.
  private func admitsSessionDescription(_ accept: String) -> Bool {
    let text = Array(accept.lowercased().utf8)
    return text.isEmpty || text.holds("application/sdp") || text.holds("*/*") || text.holds("application/*")
  }
}

extension [UInt8] {
  /// Byte by byte: the search for a String in a String looks for grapheme clusters, which costs more than all other checks.
  fileprivate func holds(_ word: String) -> Bool {
    let word = word.utf8
    guard count >= word.count else { return false }
    return (0...(count - word.count)).contains { self[$0..<($0 + word.count)].elementsEqual(word) }
  }
}

extension Request {
  /// The client knows RFC 3261: its branch begins with the magic cookie (section 8.1.1.7). An RFC 2543 client may leave out
  /// Contact.
  fileprivate var followsRFC3261: Bool {
    topVia?.branch?.hasPrefix("z9hG4bK") ?? false
  }
}
