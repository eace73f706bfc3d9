internal import SIPMessages

/// The robots that show how calls can be signalled (RFC 7462): by the ring when they call, by the ringback when they are called.
extension Robot {
  /// What their INVITE asks for; empty for the others.
  var alerts: [AlertURN] {
    switch self {
    case .urgent: Self.urns("priority:high", "source:external")
    case .leisurely: Self.urns("priority:low")
    case .inside: Self.urns("source:internal")
    case .outside: Self.urns("source:external")
    case .friend: Self.urns("source:friend")
    case .family: Self.urns("source:family")
    case .recall: Self.urns("service:recall:hold", "source:internal")
    case .brief: Self.urns("duration:short")
    case .late: Self.urns("delay:yes", "service:forward")
    case .abroad: Self.urns("locale:country:za")
    case .reception, .dispatcher, .echo, .clock, .music, .busy, .nobody: []
    }
  }

  /// What their 180 asks for.
  var ringbackAlerts: [AlertURN] {
    switch self {
    case .urgent, .leisurely, .late: Self.urns("service:call-waiting")
    case .recall: Self.urns("service:forward")
    case .inside: Self.urns("source:internal")
    case .outside: Self.urns("source:external")
    case .abroad: Self.urns("locale:country:za")
    case .friend, .family, .brief: []
    case .reception, .dispatcher, .echo, .clock, .music, .busy, .nobody: []
    }
  }

  /// How long it rings at one that calls back; nil for the others.
  var callsBackAfter: Duration? { alerts.isEmpty ? nil : .seconds(5) }

  private static func urns(_ identifiers: String...) -> [AlertURN] {
    identifiers.compactMap { AlertURN("urn:alert:" + $0) }
  }
}
