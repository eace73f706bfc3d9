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
    var places = Places()
    let slots = fields.slots.span
    for index in slots.indices where slots[index].known.rawValue <= KnownHeader.contentLength.rawValue {
      places.note(slots[index].known, index)
    }
    guard places.via >= 0 else { return fail(.missingVia, 0, &fault) }
    guard places.from >= 0 else { return fail(.missingFrom, 0, &fault) }
    guard places.to >= 0 else { return fail(.missingTo, 0, &fault) }
    guard places.callID >= 0 else { return fail(.missingCallID, 0, &fault) }
    guard places.cseq >= 0 else { return fail(.missingCSeq, 0, &fault) }
    var current = places.via
    do {
      let via = try Self.firstVia(bytes(current))
      current = places.from
      let fromTag = try Self.tag(bytes(current))
      current = places.to
      let toTag = try Self.tag(bytes(current))
      current = places.callID
      let callID = try CallIDHeader.bytes(bytes(current))
      current = places.cseq
      let cseq = try CSeq(parsing: bytes(current))
      current = places.maxForwards
      let maxForwards = current < 0 ? nil : try MaxForwards(parsing: bytes(current)).value
      current = places.contentLength
      let contentLength = current < 0 ? nil : try ContentLength(parsing: bytes(current)).value
      if case .request(let method, _, _) = startLine, !fields.wire[method].elementsEqual(cseq.method.token.utf8) {
        return fail(.methodMismatch, method.lowerBound, &fault)
      }
      return Essentials(
        topVia: via, fromTag: fromTag, toTag: toTag, callID: callID, cseq: cseq, maxForwards: maxForwards,
        contentLength: contentLength)
    } catch {
      let slot = fields.slots[current]
      return fail(Self.code(slot.known), Int(slot.valueStart) + error.offset, &fault)
    }
  }

  /// Where the first field of each kind is, -1 for none. Found before any is read: values that live across a loop are copied in
  /// each round.
  private struct Places {
    var via = -1
    var from = -1
    var to = -1
    var callID = -1
    var cseq = -1
    var maxForwards = -1
    var contentLength = -1

    mutating func note(_ known: KnownHeader, _ index: Int) {
      switch known {
      case .via: if via < 0 { via = index }
      case .from: from = index
      case .to: to = index
      case .callID: callID = index
      case .cseq: cseq = index
      case .maxForwards: maxForwards = index
      case .contentLength: contentLength = index
      default: break
      }
    }
  }

  private func bytes(_ index: Int) -> ArraySlice<UInt8> {
    let slot = fields.slots[index]
    return slot.isFolded ? fields.valueBytes(of: slot) : fields.wire[slot.valueRange]
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
