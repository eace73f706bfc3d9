/// Reads the essentials out of the fields of a head.
struct EssentialsReader {
  private let fields: HeaderFields

  init(_ fields: HeaderFields) {
    self.fields = fields
  }

  /// The topmost Via, nil when there is none or it is malformed.
  func topVia() -> Via? {
    (try? fields[Via.self]) ?? nil
  }

  /// nil when one is missing or malformed; `fault` then says which.
  func read(_ startLine: StartLine, _ fault: inout HeadFault?) -> Essentials? {
    let wire = fields.wire
    var via: Via?
    var fromTag: ArraySlice<UInt8>?
    var toTag: ArraySlice<UInt8>?
    var hasFrom = false
    var hasTo = false
    var callID: ArraySlice<UInt8>?
    var cseq: CSeq?
    var maxForwards: Int?
    var contentLength: Int?
    for slot in fields.slots where slot.known.rawValue <= KnownHeader.contentLength.rawValue && slot.known != .unknown {
      if slot.known == .via, via != nil { continue }
      let bytes = slot.isFolded ? fields.valueBytes(of: slot) : wire[slot.valueRange]
      do {
        switch slot.known {
        case .via: via = try Self.firstVia(bytes)
        case .from:
          fromTag = try Self.tag(bytes)
          hasFrom = true
        case .to:
          toTag = try Self.tag(bytes)
          hasTo = true
        case .callID: callID = try CallIDHeader.bytes(bytes)
        case .cseq: cseq = try CSeq(parsing: bytes)
        case .maxForwards: maxForwards = try MaxForwards(parsing: bytes).value
        case .contentLength: contentLength = try ContentLength(parsing: bytes).value
        default: break
        }
      } catch {
        return fail(Self.code(slot.known), Int(slot.valueStart) + error.offset, &fault)
      }
    }
    guard let via else { return fail(.missingVia, 0, &fault) }
    guard hasFrom else { return fail(.missingFrom, 0, &fault) }
    guard hasTo else { return fail(.missingTo, 0, &fault) }
    guard let callID else { return fail(.missingCallID, 0, &fault) }
    guard let cseq else { return fail(.missingCSeq, 0, &fault) }
    if case .request(let method, _, _) = startLine, !fields.wire[method].elementsEqual(cseq.method.token.utf8) {
      return fail(.methodMismatch, method.lowerBound, &fault)
    }
    return Essentials(
      topVia: via, fromTag: fromTag, toTag: toTag, callID: callID, cseq: cseq, maxForwards: maxForwards,
      contentLength: contentLength)
  }

  private static func firstVia(_ bytes: ArraySlice<UInt8>) throws(HeaderError) -> Via {
    var place = 0
    let via = try Via(bytes, &place)
    // The others of the field are looked at when somebody asks for them.
    guard place == bytes.count || bytes[bytes.startIndex + place] == 0x2C else {
      throw HeaderError(.unexpectedCharacter, offset: place)
    }
    return via
  }

  /// The tag of From or To. The URI is not read: who needs it finds out whether it is one.
  private static func tag(_ bytes: ArraySlice<UInt8>) throws(HeaderError) -> ArraySlice<UInt8>? {
    let span = bytes.span
    var place = 0
    let layout = try AddressLayout(span, &place)
    span.skipWhitespace(&place)
    guard place == span.count else { throw HeaderError(.unexpectedCharacter, offset: place) }
    guard let tag = layout.tag else { return nil }
    return bytes[(bytes.startIndex + tag.lowerBound)..<(bytes.startIndex + tag.upperBound)]
  }

  private static func code(_ known: KnownHeader) -> ParseError.Code {
    switch known {
    case .via: .badVia
    case .from: .badFrom
    case .to: .badTo
    case .callID: .badCallID
    case .cseq: .badCSeq
    case .maxForwards: .badMaxForwards
    default: .badContentLength
    }
  }

  private func fail(_ code: ParseError.Code, _ offset: Int, _ fault: inout HeadFault?) -> Essentials? {
    fault = HeadFault(code, offset)
    return nil
  }
}
