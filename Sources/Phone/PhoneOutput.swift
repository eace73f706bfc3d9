public import Media
public import SIPUserAgent

/// What the `Phone` asks of the world and tells whoever listens.
public enum PhoneOutput: Sendable {
  case network(NetworkOrder)
  case media(MediaOrder)
  case storage(StorageOrder)
  /// Fetch the bytes behind an address; `PhoneInput.fetched` is due, at the latest after a few seconds.
  case fetch(Ticket, FetchOrder)
  /// Something that a headless user or a log wants to hear of; screens look at `Phone.snapshot` instead.
  case event(PhoneEvent)
  /// The command `quit` has finished its work: everything is unregistered and hung up, or was given up.
  case finished
}

public enum StorageOrder: Sendable {
  /// One record for each call, written when it is over.
  case record(CallRecord)
  case query(limit: Int)
  /// Forget every record, for good.
  case clear
  /// Answer rules that were edited on the screen, as a text of a few lines that replaces the one before.
  case saveRules(String)
  case loadRules
}

/// Something to be fetched that a stranger named. Whoever carries it out is careful: https only, no more than `longestBody` bytes,
/// and never to a host of this machine or of a private network unless that is allowed.
public struct FetchOrder: Hashable, Sendable {
  public var uri: String
  public var mayBePrivate: Bool

  /// A chain of certificates is a few kilobytes.
  public static let longestBody = 65_536

  public init(uri: String, mayBePrivate: Bool) {
    self.uri = uri
    self.mayBePrivate = mayBePrivate
  }
}
