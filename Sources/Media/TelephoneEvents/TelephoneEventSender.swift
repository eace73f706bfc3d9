import SansIO

/// Sends keys one after the other (RFC 4733 section 2.5.1): updates while the key is down, the end three times, a pause.
struct TelephoneEventSender: Sendable {
  /// What is to be sent now.
  struct Packet: Hashable, Sendable {
    var event: TelephoneEvent
    /// Timestamp units since the key went down; the packet bears the time of that moment.
    var isFirst: Bool
  }

  private enum State: Sendable {
    case idle
    case down(UInt8, updates: Int, next: Instant)
    case ending(UInt8, duration: UInt16, left: Int, next: Instant)
    case pause(until: Instant)
  }

  /// Long enough for every receiver (ETSI ES 201 235-3 asks for 65 ms).
  private static let tone = 100
  private static let gap = 60
  private static let wait = 500
  /// Nobody types faster; a script might.
  private static let maximumQueue = 128

  private var queue: [Character] = []
  private var head = 0
  private var state = State.idle

  mutating func enqueue(_ digits: String) {
    for digit in digits where queue.count - head < Self.maximumQueue {
      if digit == "," || TelephoneEvent.event(of: digit) != nil { queue.append(digit) }
    }
  }

  /// True while the packets of an event take the place of sound.
  var isSending: Bool {
    switch state {
    case .down, .ending: true
    case .idle, .pause: false
    }
  }

  /// When `next` has something; in the past when it has now.
  var nextDeadline: Instant? {
    switch state {
    case .idle: head < queue.count ? Instant(nanoseconds: 0) : nil
    case .down(_, _, let next), .ending(_, _, _, let next): next
    case .pause(let until): until
    }
  }

  /// Lets go of a key that is down without a word: we may not send any more. What waits goes on waiting.
  mutating func release() {
    state = .idle
  }

  /// The packet that is due, or nil. `clockRate` in hertz, `packetTime` in milliseconds.
  mutating func next(now: Instant, clockRate: Int, packetTime: Int) -> Packet? {
    let interval = Duration.milliseconds(packetTime)
    let step = clockRate * packetTime / 1000
    switch state {
    case .pause(let until):
      guard now >= until else { return nil }
      state = .idle
      return next(now: now, clockRate: clockRate, packetTime: packetTime)
    case .idle:
      guard head < queue.count else { return nil }
      let digit = queue[head]
      head += 1
      if head == queue.count {
        queue.removeAll(keepingCapacity: true)
        head = 0
      }
      guard let event = TelephoneEvent.event(of: digit) else {
        state = .pause(until: now + .milliseconds(Self.wait))
        return nil
      }
      state = .down(event, updates: 1, next: now + interval)
      return Packet(event: TelephoneEvent(event: event, isEnd: false, duration: UInt16(clamping: step)), isFirst: true)
    case .down(let event, let updates, let next):
      guard now >= next else { return nil }
      let duration = UInt16(clamping: step * (updates + 1))
      if (updates + 1) * packetTime >= Self.tone {
        state = .ending(event, duration: duration, left: 2, next: now + interval)
        return Packet(event: TelephoneEvent(event: event, isEnd: true, duration: duration), isFirst: false)
      }
      state = .down(event, updates: updates + 1, next: now + interval)
      return Packet(event: TelephoneEvent(event: event, isEnd: false, duration: duration), isFirst: false)
    case .ending(let event, let duration, let left, let next):
      guard now >= next else { return nil }
      state =
        left > 1
        ? .ending(event, duration: duration, left: left - 1, next: now + interval)
        : .pause(until: now + .milliseconds(Self.gap))
      return Packet(event: TelephoneEvent(event: event, isEnd: true, duration: duration), isFirst: false)
    }
  }
}
