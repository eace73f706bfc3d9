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
}
