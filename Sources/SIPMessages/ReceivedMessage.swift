/// A message as it arrived: its bytes, its parts and its essentials.
public struct ReceivedMessage: Hashable, Sendable {
  /// The bytes that were given to the parser, with what came before and after the message.
  public let wire: [UInt8]
  public let message: Message
  public let essentials: Essentials

  public init(wire: [UInt8], message: Message, essentials: Essentials) {
    self.wire = wire
    self.message = message
    self.essentials = essentials
  }
}
