public import Media
public import SIPUserAgent
public import SansIO

/// What may be said to the `Phone`.
public enum PhoneInput: Sendable {
  case network(NetworkEvent)
  case command(PhoneCommand)
  case media(MediaEvent)
  case storage(StorageEvent)
  /// The answer to `PhoneOutput.fetch`, also when it failed.
  case fetched(Ticket, TicketResult)
  /// How many seconds local time is ahead of UTC, at the start and when it changes; rules with hours go by it.
  case localTime(secondsAheadOfUTC: Int)
  /// How this machine is connected, each time that it changes: the addresses that others can reach (none: there is no network), and
  /// what the way to the rest of the world is called, `Wi-Fi`. Sockets that have another address now have said so before
  /// (`NetworkEvent.listening` with the same number once more).
  case networkChanged(addresses: [IPAddress], medium: String?)
  /// The machine was suspended or the process was stopped, and is no more.
  case resumed
  /// Something outside the phone that its user should read, such as a warning about the configuration.
  case notice(Notice.Level, String)
  /// The deadline that `nextDeadline` named has come.
  case wakeUp
}

public enum StorageEvent: Sendable {
  /// The newest records first; the answer to `StorageOrder.query`.
  case history([CallRecord])
  /// What `StorageOrder.saveRules` wrote in an earlier session; the answer to `StorageOrder.loadRules` when there is something.
  case rules(String)
  /// Storage does not work; a sentence for a person. The phone goes on without it.
  case failed(String)
}
