/// A codec under the payload type number that a session gave it.
public struct AudioFormat: Hashable, Sendable {
  public var codec: AudioCodec
  public var payloadType: UInt8

  public init(_ codec: AudioCodec, payloadType: UInt8) {
    self.codec = codec
    self.payloadType = payloadType
  }

  public var name: String { codec.name }
  public var clockRate: Int { codec.clockRate }
}
