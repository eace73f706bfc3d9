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
    /// `open` was answered already, with these.
    case adopt(MediaStreamID, MediaSockets)
    case device(AudioDeviceRole, failure: String?)
    case bind(MediaStreamID, ResolvedPeer)
    case stop
  }

  private let settings: MediaLoopSettings
  private let mailbox = Mailbox<Message>()
  private let spare = SpareSockets()
  private let thread = Lock<SystemThread?>(nil)
  private let events: @Sendable (MediaEvent) -> Void

  /// - Parameter events: called on the loop's thread, or by `post` on its caller's; it should only post.
  public init(settings: MediaLoopSettings, events: @escaping @Sendable (MediaEvent) -> Void) {
    self.settings = settings
    self.events = events
  }

  deinit {
    mailbox.post(.stop)
  }

  /// Orders are carried out in the order in which they were posted. May be called on any thread.
  ///
  /// `open` is answered before this returns when a pair of sockets was bound beforehand, as it is for every call but the first.
  public func post(_ order: MediaOrder) {
    if case .open(let stream, let peer) = order, let sockets = spareSockets(for: peer) {
      // The loop has nothing to do with them before the next order.
      mailbox.postQuietly(.adopt(stream, sockets))
      return events(.opened(stream, sockets.endpoint))
    }
    let isRunning = thread.withLock { [settings, mailbox, spare, events] thread in
      if thread == nil {
        thread = SystemThread(name: "media", stackSize: 512 * 1024) {
          MediaLoopCore(settings: settings, mailbox: mailbox, spare: spare, events: events).run()
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

  /// nil while there is no spare pair, or none where packets to this peer leave from. A name would have to be looked up first.
  private func spareSockets(for peer: String?) -> MediaSockets? {
    guard let address = settings.fixedAddress ?? peer.flatMap({ SansIO.IPAddress($0)?.sourceAddress }) else { return nil }
    return spare.take(for: address)
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
