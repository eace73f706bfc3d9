extension FlowFailure {
  /// What went wrong at `destination`, for a person.
  func sentence(about destination: Destination) -> String {
    let place = "\(destination.remote) over \(destination.transport)"
    return switch self {
    case .refused: "\(place) refused the connection."
    case .unreachable: "\(place) cannot be reached."
    case .timedOut: "\(place) did not answer in time."
    case .closedByPeer: "\(place) closed the connection."
    case .tls(let sentence), .other(let sentence): sentence
    }
  }

  /// What became of a connection that stood, for a person.
  var reason: String {
    switch self {
    case .refused, .closedByPeer: "the connection was closed by the server"
    case .unreachable: "the server cannot be reached any more"
    case .timedOut: "the server is silent"
    case .tls(let sentence), .other(let sentence): sentence
    }
  }
}
