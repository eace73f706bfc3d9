import CAres
import SIPUserAgent
import SansIO

/// One question that c-ares works on. Confined to the resolver's thread.
final class PendingLookup {
  let question: DNSQuestion
  let deadline: Instant
  var onFinish: ((PendingLookup) -> Void)?
  private var reply: (@Sendable (LookupResult) -> Void)?

  init(_ question: DNSQuestion, deadline: Instant, reply: @escaping @Sendable (LookupResult) -> Void) {
    self.question = question
    self.deadline = deadline
    self.reply = reply
  }

  /// Answers; a second answer, such as c-ares' own after our patience ended, is dropped.
  func finish(_ result: LookupResult) {
    guard let reply else { return }
    self.reply = nil
    onFinish?(self)
    onFinish = nil
    reply(result)
  }

  private func finish(status: Int32, _ records: () -> [DNSRecord]?) {
    switch status {
    case ARES_SUCCESS:
      if let records = records() {
        finish(.records(records))
      } else {
        finish(.failed("the name server's answer about \(question.name) cannot be read"))
      }
    // "There is no such name" and "it has no such records" are answers, not failures (RFC 3263 section 4 goes on from there).
    case ARES_ENOTFOUND, ARES_ENODATA: finish(.records([]))
    case ARES_ETIMEOUT: finish(.failed("no name server answered when asked for \(question.name)"))
    case ARES_ECONNREFUSED:
      finish(.failed("no name server can be reached (see /etc/resolv.conf); \(question.name) was not looked up"))
    case ARES_ESERVFAIL, ARES_EREFUSED:
      finish(.failed("the name server could not answer the question for \(question.name)"))
    case ARES_EBADNAME: finish(.failed("\(question.name) is not a name that can be looked up"))
    default:
      let words = unsafe ares_strerror(status).map { unsafe String(cString: $0) } ?? "error \(status)"
      finish(.failed("\(question.name) was not found: \(words)"))
    }
  }

  // MARK: What c-ares calls

  static func addressesArrived(
    _ argument: UnsafeMutableRawPointer?, _ status: Int32, _ result: UnsafeMutablePointer<ares_addrinfo>?
  ) {
    guard let argument = unsafe argument else { return }
    let lookup = unsafe Unmanaged<PendingLookup>.fromOpaque(argument).takeRetainedValue()
    lookup.finish(status: status) { unsafe ResolverAnswers.addresses(result) }
    if let result = unsafe result { unsafe ares_freeaddrinfo(result) }
  }

  static func answerArrived(
    _ argument: UnsafeMutableRawPointer?, _ status: Int32, _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32,
    parse: (UnsafeMutablePointer<UInt8>, Int32) -> [DNSRecord]?
  ) {
    guard let argument = unsafe argument else { return }
    let lookup = unsafe Unmanaged<PendingLookup>.fromOpaque(argument).takeRetainedValue()
    lookup.finish(status: status) { unsafe bytes.flatMap { unsafe parse($0, count) } }
  }
}
