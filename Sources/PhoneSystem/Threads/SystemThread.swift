import CPlatform
import Glibc
import Locking

/// A POSIX thread that can be waited for.
///
/// Swift's own tasks share a pool as wide as the machine has cores: one of them that blocks in `poll` or is kept waiting
/// starves the others, which is no place for sound.
public final class SystemThread: Sendable {
  private final class Body: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  private let thread: Lock<pthread_t?>

  /// Starts at once. `name` has at most 15 bytes, as `top -H` shows it. nil stack size means the system's usual one.
  public init?(name: String, stackSize: Int? = nil, body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    if let stackSize { unsafe pthread_attr_setstacksize(&attributes, stackSize) }
    let retained = unsafe Unmanaged.passRetained(Body(name: name, run: body))
    var identifier = pthread_t()
    let failure = unsafe pthread_create(
      &identifier, &attributes,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        // Signals belong to the main thread: a handler here would interrupt a real-time loop.
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
        unsafe cp_name_thread(body.name)
        body.run()
        return nil
      }, retained.toOpaque())
    guard failure == 0 else {
      unsafe retained.release()
      return nil
    }
    thread = Lock(identifier)
  }

  deinit {
    if let identifier = thread.withLock({ $0 }) { pthread_detach(identifier) }
  }

  /// Waits for the body to return. Later calls return at once.
  public func join() {
    let identifier = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    guard let identifier, pthread_equal(identifier, pthread_self()) == 0 else { return }
    pthread_join(identifier, nil)
  }
}
