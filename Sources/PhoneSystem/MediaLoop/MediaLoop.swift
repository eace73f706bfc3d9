import Locking
public import Media
import SansIO

/// Runs the voice of all calls: RTP sockets, media sessions and sound devices, on a thread of its own.
///
/// Packets are sent and received by plain sockets in `poll`: under load that is some twenty times more punctual than the event loop
/// that carries the signalling. The thread is started by the first order.
public final class MediaLoop: Sendable {
  enum Message: Sendable {
    case order(MediaOrder)
    case device(AudioDeviceRole, failure: String?)
    case bind(MediaStreamID, ResolvedPeer)
    case stop
  }

  private let settings: MediaLoopSettings
  private let mailbox = Mailbox<Message>()
  private let thread = Lock<SystemThread?>(nil)
  private let events: @Sendable (MediaEvent) -> Void

  /// - Parameter events: called on the loop's thread; it should only post.
  public init(settings: MediaLoopSettings, events: @escaping @Sendable (MediaEvent) -> Void) {
    self.settings = settings
    self.events = events
  }

  deinit {
    mailbox.post(.stop)
  }

  /// Orders are carried out in the order in which they were posted. May be called on any thread.
  public func post(_ order: MediaOrder) {
    let isRunning = thread.withLock { [settings, mailbox, events] thread in
      if thread == nil {
        thread = SystemThread(name: "media", stackSize: 512 * 1024) {
          MediaLoopCore(settings: settings, mailbox: mailbox, events: events).run()
        }
      }
      return thread != nil
    }
    if isRunning {
      mailbox.post(.order(order))
    } else if case .open(let stream, _) = order {
      events(.openFailed(stream, reason: "no thread could be started for sound"))
    }
  }

  /// Says goodbye on every stream, closes everything and waits for the thread's end.
  public func stop() {
    mailbox.post(.stop)
    thread.withLock { $0 }?.join()
  }
}

/// Where the media of a peer will come from, as far as it could be found out.
enum ResolvedPeer: Sendable {
  case local(SansIO.IPAddress)
  case failed(String)
}
