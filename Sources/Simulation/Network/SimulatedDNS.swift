public import SIPUserAgent

/// A zone that answers at once and always the same.
public struct SimulatedDNS: Hashable, Sendable {
  private var records: [DNSQuestion: LookupResult] = [:]

  public init() {}

  /// Sets the whole answer to one question. Names compare in any case (RFC 4343).
  public mutating func set(_ name: String, _ type: DNSQuestion.RecordType, _ answer: [DNSRecord]) {
    records[DNSQuestion(name: name.lowercased(), type: type)] = .records(answer)
  }

  /// Lets a question fail, as a dead resolver does.
  public mutating func fail(_ name: String, _ type: DNSQuestion.RecordType, because reason: String) {
    records[DNSQuestion(name: name.lowercased(), type: type)] = .failed(reason)
  }

  /// A name that is not in the zone has no records.
  public func answer(_ question: DNSQuestion) -> LookupResult {
    records[DNSQuestion(name: question.name.lowercased(), type: question.type)] ?? .records([])
  }
}
