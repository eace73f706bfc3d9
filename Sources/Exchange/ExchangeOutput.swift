public import Media
public import SIPUserAgent
public import SansIO

/// What an `Exchange` asks of the world and tells whoever listens.
public enum ExchangeOutput: Sendable {
  case network(NetworkOrder)
  /// The robots' voices. Never `microphone`, `focus`, `tone` or `ring`: robots have no sound devices.
  case media(MediaOrder)
  case event(ExchangeEvent)
}

/// Something that a log or a test wants to hear of.
public enum ExchangeEvent: Hashable, Sendable {
  /// A listening address that is not a loopback address is refused: nothing that arrives there is read.
  case listenerRefused(SocketAddress)
  case registered(address: String, contact: String)
  case unregistered(address: String, contact: String)
  /// A binding was dropped because its flow is dead (RFC 5626 section 6).
  case flowLost(address: String, contact: String)
}
