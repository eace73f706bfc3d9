import Locking
public import SIPUserAgent

/// Looks names up: NAPTR and SRV in the Domain Name System, addresses in /etc/hosts too. Never blocks its caller.
///
/// c-ares wants to own its descriptors, so it has a thread of its own, which is started by the first question and then sleeps
/// between questions. Names go out as they are; RFC 3263's choices are made by the user agent.
public final class Resolver: Sendable {
  /// The one for the machine's own name servers.
  public static let shared = Resolver()

  private let settings: ResolverSettings
  private let questions: Mailbox<ResolverQuestion>
  private let thread = Lock<SystemThread?>(nil)

  public init(settings: ResolverSettings = ResolverSettings()) {
    self.settings = settings
    questions = Mailbox()
  }

  /// `reply` is called exactly once, on the resolver's thread, at the latest after `ResolverSettings.patience`.
  public func resolve(_ question: DNSQuestion, reply: @escaping @Sendable (LookupResult) -> Void) {
    let isRunning = thread.withLock { [settings, questions] thread in
      if thread == nil {
        thread = SystemThread(name: "resolver", stackSize: 256 * 1024) {
          let loop = ResolverLoop(settings: settings, questions: questions)
          // Its lookups know it weakly; without this the optimiser lets go of it before it has run.
          withExtendedLifetime(loop) { loop.run() }
        }
      }
      return thread != nil
    }
    guard isRunning else { return reply(.failed("\(question.name) cannot be looked up: no thread could be started")) }
    questions.post(.ask(question, reply))
  }

  deinit {
    // The loop holds only the mailbox, so this is how it learns that nobody will ask again.
    questions.post(.end)
  }
}

/// How patient the resolver is, and whom it asks.
public struct ResolverSettings: Hashable, Sendable {
  /// Name servers as `192.0.2.53:53,[2001:db8::53]:53`; nil for those of /etc/resolv.conf.
  public var servers: String?
  /// For the first try of each server; each further try waits twice as long.
  public var timeout = Duration.seconds(2)
  public var tries = 2
  /// After this the question is answered with `failed`, whatever the servers do.
  public var patience = Duration.seconds(10)

  public init(servers: String? = nil) {
    self.servers = servers
  }
}

enum ResolverQuestion: Sendable {
  case ask(DNSQuestion, @Sendable (LookupResult) -> Void)
  case end
}
