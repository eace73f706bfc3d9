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
    var via: Via?
    var from: FieldSlot?
    var to: FieldSlot?
    var callID: String?
    var cseq: CSeq?
    var maxForwards: Int?
    var contentLength: Int?
    for slot in fields.slots where slot.known.rawValue <= KnownHeader.contentLength.rawValue {
      let offset = Int(slot.valueStart)
      switch slot.known {
      case .via where via == nil:
        var elements = ElementSplitter(fields.valueBytes(of: slot))
        guard let first = elements.next(), let value = try? Via(parsing: first) else { return fail(.badVia, offset, &fault) }
        via = value
      case .from: from = slot
      case .to: to = slot
      case .callID:
        guard let value = try? CallIDHeader(parsing: fields.valueBytes(of: slot)) else { return fail(.badCallID, offset, &fault) }
        callID = value.value
      case .cseq:
        guard let value = try? CSeq(parsing: fields.valueBytes(of: slot)) else { return fail(.badCSeq, offset, &fault) }
        cseq = value
      case .maxForwards:
        guard let value = try? MaxForwards(parsing: fields.valueBytes(of: slot)) else {
          return fail(.badMaxForwards, offset, &fault)
        }
        maxForwards = value.value
      case .contentLength:
        guard let value = try? ContentLength(parsing: fields.valueBytes(of: slot)) else {
          return fail(.badContentLength, offset, &fault)
        }
        contentLength = value.value
      default: break
      }
    }
    guard let via else { return fail(.missingVia, 0, &fault) }
    guard let from else { return fail(.missingFrom, 0, &fault) }
    guard let to else { return fail(.missingTo, 0, &fault) }
    guard let callID else { return fail(.missingCallID, 0, &fault) }
    guard let cseq else { return fail(.missingCSeq, 0, &fault) }
    guard let fromParameters = addressParameters(from) else { return fail(.badFrom, Int(from.valueStart), &fault) }
    guard let toParameters = addressParameters(to) else { return fail(.badTo, Int(to.valueStart), &fault) }
    if case .request(let method, _, _) = startLine, !fields.wire[method].elementsEqual(cseq.method.token.utf8) {
      return fail(.methodMismatch, method.lowerBound, &fault)
    }
    return Essentials(
      topVia: via, fromTag: fromParameters["tag"], toTag: toParameters["tag"], callID: callID, cseq: cseq, maxForwards: maxForwards,
      contentLength: contentLength)
  }

  /// The parameters of From or To. The URI is not read: who needs it finds out whether it is one.
  private func addressParameters(_ slot: FieldSlot) -> Parameters? {
    var cursor = HeaderCursor(fields.valueBytes(of: slot))
    guard let layout = try? AddressLayout(&cursor), (try? cursor.expectEnd()) != nil else { return nil }
    return layout.parameters
  }

  private func fail(_ code: ParseError.Code, _ offset: Int, _ fault: inout HeadFault?) -> Essentials? {
    fault = HeadFault(code, offset)
    return nil
  }
}
