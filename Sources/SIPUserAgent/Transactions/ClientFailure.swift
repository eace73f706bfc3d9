/// Why a request got no final response.
public enum ClientFailure: Hashable, Sendable {
  /// Timer B or F: the request was sent, and nothing final came from any server.
  case timedOut
  /// No server could be reached; a sentence for a person.
  case unreachable(String)
  /// The connection broke after the request had been sent, and there is no other server.
  case flowDied
  /// There are servers, and every one is excluded (`NextHop.excluded`).
  case noOtherServer
  /// `cancel` came before anything was sent, so nothing will be.
  case cancelled
}
