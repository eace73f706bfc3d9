import CAres
import CPlatform
import Glibc
import SIPUserAgent
import SansIO

/// The resolver's thread: c-ares and the questions that wait for it.
@safe final class ResolverLoop {
  private let settings: ResolverSettings
  private let questions: Mailbox<ResolverQuestion>
  private let clock = SystemClock()
  private var channel: ares_channel?
  private var open: [ObjectIdentifier: PendingLookup] = [:]
  private var configuredAt: Int64?
  private var isEnding = false

  init(settings: ResolverSettings, questions: Mailbox<ResolverQuestion>) {
    self.settings = settings
    self.questions = questions
  }

  func run() {
    while !isEnding {
      for question in questions.takeAll() {
        switch question {
        case .ask(let question, let reply):
          start(PendingLookup(question, deadline: clock.instant + settings.patience, reply: reply))
        case .end: isEnding = true
        }
      }
      guard !isEnding else { break }
      wait()
      giveUpOnOverdue()
    }
    if let channel = unsafe channel { unsafe ares_destroy(channel) }
  }

  // MARK: Questions

  private func start(_ lookup: PendingLookup) {
    refreshConfiguration()
    guard let channel = unsafe channel else { return lookup.finish(.failed("names cannot be looked up: c-ares does not start")) }
    open[ObjectIdentifier(lookup)] = lookup
    lookup.onFinish = { [weak self] lookup in self?.open[ObjectIdentifier(lookup)] = nil }
    // The callback gives this reference back; c-ares calls it exactly once, at the latest when the channel is destroyed.
    let argument = unsafe Unmanaged.passRetained(lookup).toOpaque()
    let name = lookup.question.name
    switch lookup.question.type {
    case .a, .aaaa:
      var hints = ares_addrinfo_hints()
      hints.ai_family = lookup.question.type == .a ? AF_INET : AF_INET6
      hints.ai_flags = Int32(ARES_AI_NOSORT)
      unsafe ares_getaddrinfo(channel, name, nil, &hints, { unsafe PendingLookup.addressesArrived($0, $1, $3) }, argument)
    case .srv:
      unsafe ares_query(
        channel, name, Int32(ns_c_in.rawValue), Int32(ns_t_srv.rawValue),
        { unsafe PendingLookup.answerArrived($0, $1, $3, $4, parse: ResolverAnswers.services) }, argument)
    case .naptr:
      unsafe ares_query(
        channel, name, Int32(ns_c_in.rawValue), Int32(ns_t_naptr.rawValue),
        { unsafe PendingLookup.answerArrived($0, $1, $3, $4, parse: ResolverAnswers.authorityPointers) }, argument)
    }
  }

  /// c-ares reads /etc/resolv.conf once. A laptop changes networks, so the file's time is compared before a question when
  /// none is open.
  private func refreshConfiguration() {
    let known = unsafe cp_file_time("/etc/resolv.conf")
    if unsafe channel != nil {
      guard open.isEmpty, settings.servers == nil, configuredAt != known else { return }
      unsafe ares_destroy(channel)
      unsafe channel = nil
    } else {
      guard ares_library_init(Int32(ARES_LIB_INIT_ALL)) == ARES_SUCCESS else { return }
    }
    configuredAt = known
    var options = unsafe ares_options()
    unsafe options.timeout = Int32(clamping: settings.timeout.wholeMilliseconds)
    unsafe options.tries = Int32(clamping: settings.tries)
    let mask = Int32(ARES_OPT_TIMEOUTMS) | Int32(ARES_OPT_TRIES)
    guard unsafe ares_init_options(&channel, &options, mask) == ARES_SUCCESS else { return unsafe channel = nil }
    if let servers = settings.servers { unsafe ares_set_servers_ports_csv(channel, servers) }
  }

  // MARK: Waiting

  private func wait() {
    var descriptors = [pollfd(fd: questions.descriptor, events: Int16(POLLIN), revents: 0)]
    var wait: Int64 = -1
    if let channel = unsafe channel, !open.isEmpty {
      var sockets = [ares_socket_t](repeating: -1, count: Int(ARES_GETSOCK_MAXNUM))
      let wanted = unsafe UInt32(bitPattern: ares_getsock(channel, &sockets, Int32(ARES_GETSOCK_MAXNUM)))
      for (index, socket) in sockets.enumerated() {
        let reads = wanted & 1 << UInt32(index) != 0
        let writes = wanted & 1 << UInt32(index + Int(ARES_GETSOCK_MAXNUM)) != 0
        if reads || writes {
          descriptors.append(pollfd(fd: socket, events: Int16((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), revents: 0))
        }
      }
      var longest = timeval(tv_sec: 1, tv_usec: 0)
      var time = timeval()
      unsafe ares_timeout(channel, &longest, &time)
      // The overdue are looked for at least once a second.
      let next = unsafe ares_timeout(channel, &longest, &time).map { unsafe $0.pointee } ?? longest
      wait = Int64(next.tv_sec) * 1_000_000_000 + Int64(next.tv_usec) * 1000 + 500_000
    }
    unsafe cp_poll(&descriptors, nfds_t(descriptors.count), wait)
    guard let channel = unsafe channel else { return }
    var isReady = false
    for descriptor in descriptors.dropFirst() where descriptor.revents != 0 {
      isReady = true
      let reads = descriptor.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0
      let writes = descriptor.revents & Int16(POLLOUT) != 0
      unsafe ares_process_fd(channel, reads ? descriptor.fd : -1, writes ? descriptor.fd : -1)
    }
    if !isReady, !open.isEmpty { unsafe ares_process_fd(channel, -1, -1) }
  }

  private func giveUpOnOverdue() {
    let now = clock.instant
    for lookup in open.values where lookup.deadline <= now {
      lookup.finish(.failed("no name server answered in time when asked for \(lookup.question.name)"))
    }
  }
}
