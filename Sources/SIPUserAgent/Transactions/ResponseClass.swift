public import SIPMessages

/// The three kinds of responses that a transaction tells apart (RFC 3261 section 17).
public enum ResponseClass: Hashable, Sendable {
  case provisional
  case success
  case failure

  public init(_ status: StatusCode) {
    if status.isProvisional {
      self = .provisional
    } else if status.isSuccess {
      self = .success
    } else {
      self = .failure
    }
  }
}
