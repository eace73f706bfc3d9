/// The payload of a telephone-event packet (RFC 4733 section 2.3).
public struct TelephoneEvent: Hashable, Sendable {
  /// 0 to 15 are the keys, 16 is the hook flash (RFC 4733 section 3.2).
  public var event: UInt8
  /// The event is over.
  public var isEnd: Bool
  /// The level in -dBm0, 0 to 63; 0 for what is no key (RFC 4733 section 2.3.4).
  public var volume: UInt8
  /// How long it has lasted, in timestamp units, from its packet's timestamp on.
  public var duration: UInt16

  public init(event: UInt8, isEnd: Bool, volume: UInt8 = 10, duration: UInt16) {
    self.event = event
    self.isEnd = isEnd
    self.volume = event < 16 ? min(volume, 63) : 0
    self.duration = duration
  }

  /// nil when there are fewer than four octets. Events after the first are passed over.
  public init?(parsing payload: ArraySlice<UInt8>) {
    guard payload.count >= 4 else { return nil }
    let bytes = Array(payload.prefix(4))
    event = bytes[0]
    isEnd = bytes[1] & 0x80 != 0
    volume = bytes[1] & 0x3F
    duration = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
  }

  public func append(to bytes: inout [UInt8]) {
    bytes.append(event)
    bytes.append((isEnd ? 0x80 : 0) | volume)
    Bytes.append16(duration, to: &bytes)
  }

  private static let keys: [Character] = Array("0123456789*#ABCD!")

  /// The key of an event, `!` for the hook flash; nil for other events, which are not ours to understand.
  public static func digit(of event: UInt8) -> Character? {
    Int(event) < keys.count ? keys[Int(event)] : nil
  }

  /// The event of a key, in either case; nil for characters that are no keys.
  public static func event(of digit: Character) -> UInt8? {
    keys.firstIndex { String($0) == digit.uppercased() }.map { UInt8($0) }
  }
}
