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
    case .waiting: Self.urns("service:call-waiting")
    case .callback: Self.urns("service:recall:callback")
    case .returned: Self.urns("service:recall:transfer")
    case .long: Self.urns("duration:long")
    // What goes without saying, all of it said: it must ring as any other call.
    case .usual:
      Self.urns("service:normal", "source:unclassified", "priority:normal", "duration:normal", "delay:none", "locale:default")
    case .reception, .dispatcher, .echo, .clock, .music, .busy, .nobody: []
    case .intercom, .pushy, .control, .impostor, .eavesdropper: []
    case .desk, .switchboard, .pretender, .signed, .stale, .borrowed, .forged: []
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
    case .friend, .family, .brief, .waiting, .callback, .returned, .long, .usual: []
    case .reception, .dispatcher, .echo, .clock, .music, .busy, .nobody: []
    case .intercom, .pushy, .control, .impostor, .eavesdropper: []
    case .desk, .switchboard, .pretender, .signed, .stale, .borrowed, .forged: []
    }
  }

  private static func urns(_ identifiers: String...) -> [AlertURN] {
    identifiers.compactMap { AlertURN("urn:alert:" + $0) }
  }
}
