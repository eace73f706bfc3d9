import CPlatform
import Glibc
import Media
import SIPUserAgent
import SansIO

/// The media loop's thread: everything it owns is confined here.
///
/// ```
/// mailbox ─► orders ─► streams (sockets, sessions)
/// RTP, RTCP sockets ─► session ─► packets, digits        poll ─┬─ mailbox, sockets, what the microphone heard
/// capture thread ─► ring ─► session ─► packets                  └─ deadlines: loudspeakers, sessions, statistics
/// playback thread ◄─ ring ◄─ session.playout + tone
/// ```
///
/// A wake-up costs more than what is done in it, so a call has few: one for each 20 ms that the microphone heard, and one for each
/// 20 ms that the loudspeaker wants, at which the packets that came meanwhile are read too.
final class MediaLoopCore {
  private let settings: MediaLoopSettings
  private let mailbox: Mailbox<MediaLoop.Message>
  private let spare: SpareSockets
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
  /// Where a spare pair of sockets is to be bound, once what is more urgent is done.
  private var spareWanted: IPAddress?
  // The largest datagram: a peer that sends more than a packet of sound is told apart by the session, not by truncation.
  private var buffer = [UInt8](repeating: 0, count: 65_536)
  private var descriptors: [pollfd] = []

  init(
    settings: MediaLoopSettings, mailbox: Mailbox<MediaLoop.Message>, spare: SpareSockets,
    events: @escaping @Sendable (MediaEvent) -> Void
  ) {
    self.settings = settings
    self.mailbox = mailbox
    self.spare = spare
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
      sound.exchange(with: streams, buffer: &buffer, now: now)
      wakeSessions(now)
      reportStatistics(now)
      if let wanted = spareWanted { keepSpare(on: wanted) }
    }
    spare.clear()
    for id in order { close(id) }
    sound = SoundDesk(settings: settings) { _, _ in }
  }

  // MARK: Waiting

  private func waitAndReceive() {
    descriptors.removeAll(keepingCapacity: true)
    watch(mailbox.descriptor)
    watch(sound.descriptor)
    let firstSocket = descriptors.count
    var deadline = nextStatistics
    if let next = sound.nextDeadline { deadline = deadline.map { min($0, next) } ?? next }
    for id in order {
      guard let stream = streams[id] else { continue }
      // Nobody can hear what comes before the session; it is thrown away when that begins. `poll` skips negative descriptors.
      watch(!stream.isRunning || sound.readsLate(stream) ? -1 : stream.rtpDescriptor)
      watch(stream.isRunning ? stream.rtcpDescriptor : -1)
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

  private func watch(_ descriptor: Int32) {
    descriptors.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
  }

  private func wakeSessions(_ now: Moment) {
    for id in order {
      if let stream = streams[id], let deadline = stream.nextDeadline, deadline <= now.instant { stream.handle(.wakeUp, now: now) }
    }
  }

  private func reportStatistics(_ now: Moment) {
    let isRunning = streams.values.contains { $0.isRunning }
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
    case .adopt(let id, let sockets): adopt(id, sockets)
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
      do throws(SystemError) {
        return open(id, on: try address.findSourceAddress())
      } catch {
        let isLimit = error.code == EMFILE || error.code == ENFILE
        let reason = isLimit ? "too many files are open (see ulimit -n)" : "there is no way from here to \(peer)"
        return events(.openFailed(id, reason: reason))
      }
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
      let sockets = try bind(on: address)
      adopt(id, sockets)
      events(.opened(id, sockets.endpoint))
    } catch {
      events(.openFailed(id, reason: error.text))
    }
  }

  private func bind(on address: IPAddress) throws(MediaSocketError) -> MediaSockets {
    do throws(MediaSocketError) {
      return try MediaSockets(address: address, ports: settings.rtpPorts, start: random.nextUInt64())
    } catch {
      // The last free pair may be the spare one.
      guard spare.clear() else { throw error }
      return try MediaSockets(address: address, ports: settings.rtpPorts, start: random.nextUInt64())
    }
  }

  private func adopt(_ id: MediaStreamID, _ sockets: MediaSockets) {
    guard streams[id] == nil else { return }
    streams[id] = MediaStream(id, sockets: sockets) { [events] event in events(event) }
    order.append(id)
    order.sort()
    spareWanted = sockets.address
  }

  /// Binds the next call's sockets now that this one has its own.
  private func keepSpare(on address: IPAddress) {
    spareWanted = nil
    guard !spare.isHeld(for: address) else { return }
    // Without a free pair the next call says so.
    spare.put(try? MediaSockets(address: address, ports: settings.rtpPorts, start: random.nextUInt64()))
  }

  private func close(_ id: MediaStreamID) {
    lookups.remove(id)
    guard let stream = streams.removeValue(forKey: id) else { return }
    order.removeAll { $0 == id }
    stream.handle(.close, now: clock.now())
    if sound.focus == id { sound.focus = nil }
  }
}
