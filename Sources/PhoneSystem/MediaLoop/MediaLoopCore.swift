import CPlatform
import Glibc
import Media
import SIPUserAgent
import SansIO

/// The media loop's thread: everything it owns is confined here.
///
/// ```
/// mailbox ─► orders ─► streams (sockets, sessions)
/// RTP, RTCP sockets ─► session ─► packets, digits        poll ─┬─ mailbox, sockets, what the devices moved
/// capture thread ─► ring ─► session ─► packets                  └─ the sessions' deadlines, statistics each second
/// playback thread ◄─ ring ◄─ session.playout + tone
/// ```
final class MediaLoopCore {
  private let settings: MediaLoopSettings
  private let mailbox: Mailbox<MediaLoop.Message>
  private let events: @Sendable (MediaEvent) -> Void
  private let clock = SystemClock()
  private var random: RandomSource
  /// In the order of their numbers, so that a run can be compared with another.
  private var streams: [MediaStreamID: MediaStream] = [:]
  private var order: [MediaStreamID] = []
  /// Streams whose peer's name is being looked up.
  private var lookups: Set<MediaStreamID> = []
  private var sound: SoundDesk
  private var nextStatistics: Instant?
  private var isStopping = false
  private var servedDeadlines = false
  // The largest datagram: a peer that sends more than a packet of sound is told apart by the session, not by truncation.
  private var buffer = [UInt8](repeating: 0, count: 65_536)

  init(settings: MediaLoopSettings, mailbox: Mailbox<MediaLoop.Message>, events: @escaping @Sendable (MediaEvent) -> Void) {
    self.settings = settings
    self.mailbox = mailbox
    self.events = events
    random = settings.random
    sound = SoundDesk(settings: settings) { [mailbox] role, failure in mailbox.post(.device(role, failure: failure)) }
  }

  func run() {
    // Below the sound threads, above everything else; refused without the right to it.
    _ = cp_make_realtime(10)
    while !isStopping {
      waitAndReceive()
      for message in mailbox.takeAll() { take(message) }
      let now = clock.now()
      sound.exchange(with: streams, now: now)
      wakeSessions(now)
      reportStatistics(now)
    }
    for id in order { close(id) }
    sound = SoundDesk(settings: settings) { _, _ in }
  }

  // MARK: Waiting

  private func waitAndReceive() {
    var descriptors = [pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)]
    descriptors += sound.descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let firstSocket = descriptors.count
    for id in order {
      guard let stream = streams[id] else { continue }
      descriptors.append(pollfd(fd: stream.rtpDescriptor, events: Int16(POLLIN), revents: 0))
      descriptors.append(pollfd(fd: stream.rtcpDescriptor, events: Int16(POLLIN), revents: 0))
    }
    var deadline = nextStatistics
    for stream in streams.values {
      if let next = stream.nextDeadline { deadline = deadline.map { min($0, next) } ?? next }
    }
    var wait = deadline.map { max(($0 - clock.instant).wholeNanoseconds, 0) } ?? -1
    // A deadline that stays in the past after it was served must not make a real-time thread turn at full speed.
    if wait == 0, servedDeadlines { wait = 1_000_000 }
    servedDeadlines = wait == 0
    guard unsafe cp_poll(&descriptors, nfds_t(descriptors.count), wait) > 0 else { return }
    let now = clock.now()
    for (index, id) in order.enumerated() {
      guard let stream = streams[id] else { continue }
      for descriptor in descriptors[(firstSocket + 2 * index)...].prefix(2) where descriptor.revents != 0 {
        stream.receive(from: descriptor.fd, buffer: &buffer, now: now)
      }
    }
  }

  private func wakeSessions(_ now: Moment) {
    for id in order {
      if let stream = streams[id], let deadline = stream.nextDeadline, deadline <= now.instant { stream.handle(.wakeUp, now: now) }
    }
  }

  private func reportStatistics(_ now: Moment) {
    let isRunning = streams.values.contains { $0.session != nil }
    guard isRunning else { return nextStatistics = nil }
    guard let due = nextStatistics else { return nextStatistics = now.instant + .seconds(1) }
    guard due <= now.instant else { return }
    nextStatistics = now.instant + .seconds(1)
    for id in order {
      if let statistics = streams[id]?.session?.statistics { events(.statistics(id, statistics)) }
    }
  }

  // MARK: Messages

  private func take(_ message: MediaLoop.Message) {
    switch message {
    case .order(let order): carryOut(order)
    case .device(let role, let failure): events(.device(role, failure: failure))
    case .bind(let id, .local(let address)):
      if lookups.remove(id) != nil { open(id, on: address) }
    case .bind(let id, .failed(let reason)):
      if lookups.remove(id) != nil { events(.openFailed(id, reason: reason)) }
    case .stop: isStopping = true
    }
  }

  private func carryOut(_ mediaOrder: MediaOrder) {
    let now = clock.now()
    switch mediaOrder {
    case .open(let id, let peer): findAddress(id, peer)
    case .run(let id, let parameters, let source):
      streams[id]?.run(parameters, source, random: random.split(), canonicalName: settings.canonicalName, now: now)
    case .microphone(let id, let isOpen): streams[id]?.setMicrophone(open: isOpen, now: now)
    case .sendDigits(let id, let digits): streams[id]?.handle(.sendDigits(digits), now: now)
    case .focus(let id): sound.focus = id
    case .close(let id): close(id)
    case .tone(let program): sound.setTone(program)
    case .ring(let program): sound.setRing(program)
    }
  }

  private func findAddress(_ id: MediaStreamID, _ peer: String?) {
    guard streams[id] == nil, !lookups.contains(id) else { return }
    if let fixed = settings.fixedAddress { return open(id, on: fixed) }
    // No packet is sent to find a route. The documentation's address stands for "somewhere far".
    guard let peer else { return open(id, on: IPAddress.v4(0xC000_0201).sourceAddress ?? .loopbackV4) }
    if let address = IPAddress(peer) {
      guard let local = address.sourceAddress else {
        return events(.openFailed(id, reason: "there is no way from here to \(peer)"))
      }
      return open(id, on: local)
    }
    lookups.insert(id)
    Resolver.shared.resolve(DNSQuestion(name: peer, type: .a)) { [mailbox] result in
      guard case .records(let records) = result else { return mailbox.post(.bind(id, .local(Self.usualAddress))) }
      for case .address(let address) in records {
        if let local = address.sourceAddress { return mailbox.post(.bind(id, .local(local))) }
      }
      mailbox.post(.bind(id, .local(Self.usualAddress)))
    }
  }

  private static var usualAddress: IPAddress {
    IPAddress.v4(0xC000_0201).sourceAddress ?? .loopbackV4
  }

  private func open(_ id: MediaStreamID, on address: IPAddress) {
    do throws(MediaSocketError) {
      let sockets = try MediaSockets(address: address, ports: settings.rtpPorts, start: random.nextUInt64())
      let stream = MediaStream(id, sockets: sockets) { [events] event in events(event) }
      streams[id] = stream
      order.append(id)
      order.sort()
      events(.opened(id, stream.endpoint))
    } catch {
      events(.openFailed(id, reason: error.text))
    }
  }

  private func close(_ id: MediaStreamID) {
    lookups.remove(id)
    guard let stream = streams.removeValue(forKey: id) else { return }
    order.removeAll { $0 == id }
    stream.handle(.close, now: clock.now())
    if sound.focus == id { sound.focus = nil }
  }
}
