import Cryptography
import Media
import Phone
import PhoneSystem
import SIPExtensions
import SIPUserAgent
import SansIO

/// A phone with everything it needs of this machine, and the way to talk to it. The composition root: nothing else joins the rooms.
///
/// ```
/// front end ──send──► SignallingLoop<Phone> ──orders──► sockets · MediaLoop · HistoryDatabase
///           ◄─events, snapshots──┘        ◄──events─────────────────────────────┘
/// ```
final class PhoneEngine: Sendable {
  /// What a front end hears. All three are called on the signalling thread and must only hand on.
  struct Observer: Sendable {
    var event: @Sendable (PhoneEvent) -> Void = { _ in }
    var snapshot: (@Sendable (PhoneSnapshot) -> Void)?
    var finished: @Sendable () -> Void = {}
  }

  private let loop: SignallingLoop<Phone>
  private let media: MediaLoop
  private let history: HistoryDatabase
  private let zoneTimer: RepeatingTimer
  private let watcher: NetworkWatcher
  private let instance: InstanceLease

  /// - Parameters:
  ///   - takesCalls: false where there is nobody to take one. It is refused as busy, and a phone of the same user that runs beside
  ///     this one is the one that rings and that keeps it in the history.
  ///   - library: what it has is not fetched from the web; the demo's exchange has its certificates there.
  init(
    _ configuration: Configuration, on thread: SignallingThread, paths: StandardPaths, takesCalls: Bool = true,
    library: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }, observer: Observer
  ) {
    // Media and storage answer to a loop that does not exist yet; nothing asks them before it does.
    let phone = LateBound<SignallingLoop<Phone>>()
    let media = MediaLoop(
      settings: MediaLoopSettings(
        playbackDevice: configuration.audio.playbackDevice, captureDevice: configuration.audio.captureDevice,
        ringDevice: configuration.audio.ringDevice, rtpPorts: configuration.network.rtpPorts)
    ) { event in phone.value?.post(.media(event)) }
    let history = HistoryDatabase(path: paths.historyFile, rulesFile: paths.rulesFile) { event in
      phone.value?.post(.storage(event))
    }
    let fetcher = HTTPFetcher(on: thread, authorityFile: configuration.tls.caFile)
    let shown = LateBound<UInt64>()
    let instance = InstanceFile(path: paths.instanceFile).lease()
    let keepsIncoming = takesCalls || instance.isAlone
    self.instance = instance
    loop = SignallingLoop(
      machine: Phone(
        configuration: configuration, digests: OpenSSLDigests(), signatures: OpenSSLSignatures(), random: SystemRandom.source(),
        instance: instance.instance),
      border: MachineBorder(
        event: { .network($0) }, wakeUp: { .wakeUp }, order: { if case .network(let order) = $0 { order } else { nil } }),
      on: thread,
      tls: TLSSettings(
        authorityFile: configuration.tls.caFile, certificateFile: configuration.tls.certificate,
        privateKeyFile: configuration.tls.key, asksClients: configuration.tls.asksClients),
      output: { output in
        switch output {
        case .network: break
        case .media(let order): media.post(order)
        case .storage(.record(let record)) where record.isIncoming && !keepsIncoming: break
        case .storage(let order): history.post(order)
        case .fetch(let ticket, let order):
          if let bytes = library(order.uri) {
            phone.value?.post(.fetched(ticket, .bytes(bytes)))
          } else {
            fetcher.fetch(order) { phone.value?.post(.fetched(ticket, $0)) }
          }
        case .event(let event): observer.event(event)
        case .finished: observer.finished()
        }
      },
      afterStep: { phone in
        guard let snapshot = observer.snapshot, shown.value != phone.revision else { return }
        shown.set(phone.revision)
        snapshot(phone.snapshot)
      })
    zoneTimer = RepeatingTimer(interval: 900) {
      phone.value?.post(.localTime(secondsAheadOfUTC: LocalTimeZone.secondsAheadOfUTC))
    }
    watcher = NetworkWatcher { event in
      switch event {
      case .changed(let facts):
        phone.value?.networkChanged(.networkChanged(addresses: facts.addresses, medium: facts.medium))
      case .rerouted: phone.value?.rerouted()
      case .resumed: phone.value?.networkChanged(.resumed)
      }
    }
    self.media = media
    self.history = history
    phone.set(loop)
    if !takesCalls {
      loop.post(.command(.doNotDisturb(true)))
    } else if !instance.isAlone {
      // Whether the other one has the same accounts, and takes calls at all, is not known here.
      let words = "calls to an account of both ring at both, and stand in the history twice."
      loop.post(.notice(.information, "Another Offhook of yours is running: \(words)"))
    }
    // Rules with hours go by the wall's clock, which summer time moves.
    loop.post(.localTime(secondsAheadOfUTC: LocalTimeZone.secondsAheadOfUTC))
    loop.listen(configuration.network.listen.map { ListenAddress($0.transport, $0.address, mayMove: $0.mayMove) })
  }

  func send(_ command: PhoneCommand) {
    loop.post(.command(command))
  }

  func post(_ input: PhoneInput) {
    loop.post(input)
  }

  /// Reads the phone's state on its own thread.
  func withSnapshot(_ body: @escaping @Sendable (PhoneSnapshot) -> Void) {
    loop.withMachine { body($0.snapshot) }
  }

  /// Reads why the newest call was treated as it was, on the phone's own thread.
  func withNewestExplanation(_ body: @escaping @Sendable ([String]) -> Void) {
    loop.withMachine { body($0.newestExplanation) }
  }

  /// Lets go of sockets, sound and storage. The phone should have said `finished` before.
  func close() {
    zoneTimer.cancel()
    watcher.stop()
    let done = Gate()
    loop.stop { done.open() }
    done.wait(for: .seconds(2))
    media.stop()
    history.close()
  }
}
