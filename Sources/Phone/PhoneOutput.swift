public import Media
public import SIPUserAgent

/// What the `Phone` asks of the world and tells whoever listens.
public enum PhoneOutput: Sendable {
  case network(NetworkOrder)
  case media(MediaOrder)
  case storage(StorageOrder)
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
