/// A header that is a number of seconds and nothing else: the delta-seconds of RFC 3261 section 25.1.
public protocol SecondsHeader: NumberHeader {
  var seconds: UInt32 { get set }
  init(_ seconds: UInt32)
}

extension SecondsHeader {
  public init(number: UInt64) {
    self.init(UInt32(clamping: number))
  }

  public var number: UInt64 { UInt64(seconds) }
}
