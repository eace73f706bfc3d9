public import SIPMessages
public import SIPUserAgent

/// What a registrar told about an address of ours without being asked by REGISTER. That a binding is gone comes as
/// `RegistrationStatus.failed(.withdrawn)`.
public enum RegistrationEvent: ExtensionEvent, Hashable {
  /// So many contacts of other phones are registered at this address of record now.
  case others(address: URI, count: Int)
}
