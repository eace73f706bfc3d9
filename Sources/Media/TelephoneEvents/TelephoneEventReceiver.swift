/// Turns telephone-event packets into keys, each once (RFC 4733 section 2.5.2).
struct TelephoneEventReceiver: Sendable {
  private struct Current: Sendable {
    var event: UInt8
    var timestamp: UInt32
    var duration: UInt16
    var isOver: Bool
  }

  private var current: Current?

  /// The key that has begun with this packet; nil for packets that go on with, end or repeat a known event.
  mutating func receive(_ packet: RTPPacket) -> Character? {
    // Keys are no states: a report without a duration says that nothing was pressed (section 2.3.5).
    guard let event = TelephoneEvent(parsing: packet.payload), event.duration > 0 else { return nil }
    if let known = current {
      let distance = Int32(bitPattern: packet.timestamp &- known.timestamp)
      // Older events come late or again; they have been told already.
      if distance < 0, distance > -0x0100_0000 { return nil }
      if distance == 0 {
        current?.duration = max(known.duration, event.duration)
        if event.isEnd { current?.isOver = true }
        return nil
      }
      // A long event goes on in a new segment that begins where the last one ended (RFC 4733 section 2.5.1.3).
      if event.event == known.event, !known.isOver, !packet.marker, known.duration > 0xC000, distance <= 0x1_0000 {
        current = Current(event: event.event, timestamp: packet.timestamp, duration: event.duration, isOver: event.isEnd)
        return nil
      }
    }
    current = Current(event: event.event, timestamp: packet.timestamp, duration: event.duration, isOver: event.isEnd)
    return TelephoneEvent.digit(of: event.event)
  }

  mutating func reset() { current = nil }
}
