extension Response {
  /// Whether a challenge says `stale`: "the client may wish to simply retry the request with a new encrypted response, without
  /// reprompting the user for a new username and password" (RFC 7616 section 3.3). Of the password nothing is known then.
  public var isStaleChallenge: Bool {
    let challenges = values(WWWAuthenticate.self).map(\.parameters) + values(ProxyAuthenticate.self).map(\.parameters)
    return challenges.contains { $0["stale"]?.lowercased() == "true" }
  }
}
