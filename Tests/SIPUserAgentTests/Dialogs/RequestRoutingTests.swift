import SIPMessages
import SIPUserAgent
import Testing

@Suite("RFC 3261 sections 12.2.1.1 and 16.12.1: where a request goes")
struct RequestRoutingTests {
  private func routing(_ target: String, _ routes: [String]) -> RequestRouting {
    RequestRouting(target: World.uri(target), routes: routes.map { NameAddress(uri: World.uri($0)) })
  }

  private func text(_ routing: RequestRouting) -> [String] {
    [
      routing.requestURI.description, routing.routes.map(\.uri.description).joined(separator: ","),
      routing.nextHop?.description ?? "-",
    ]
  }

  // Proves: rfc3261-12.2.1.1-11 rfc3261-12.2.1.1-12
  @Test("Without a route set the request goes to the remote target")
  func noRoute() {
    #expect(text(routing("sip:bob@192.0.2.4", [])) == ["sip:bob@192.0.2.4", "", "sip:bob@192.0.2.4"])
  }

  // Proves: rfc3261-8.1.1.1-03 rfc3261-12.2.1.1-13
  @Test("Loose routers: the target stays in the Request-URI, the routes in Route")
  func loose() {
    #expect(
      text(routing("sip:callee@u2.domain.com", ["sip:p1.example.com;lr", "sip:p2.domain.com;lr"]))
        == ["sip:callee@u2.domain.com", "sip:p1.example.com;lr,sip:p2.domain.com;lr", "sip:p1.example.com;lr"])
  }

  // Proves: rfc3261-8.1.2-02 rfc3261-12.2.1.1-14 rfc3261-12.2.1.1-15 rfc3261-12.2.1.1-16
  @Test("A strict router first: it becomes the Request-URI, and the target goes to the end of Route")
  func strict() {
    #expect(
      text(routing("sip:user@remoteua", ["sip:proxy1", "sip:proxy2", "sip:proxy3;lr", "sip:proxy4"]))
        == ["sip:proxy1", "sip:proxy2,sip:proxy3;lr,sip:proxy4,sip:user@remoteua", "sip:proxy1"])
  }

  // Proves: rfc3261-8.1.3.4-08 rfc3261-12.2.1.1-14 rfc3261-19.1.5-03
  @Test("Headers and the method parameter never get into a Request-URI")
  func cleaned() {
    #expect(
      text(routing("sip:bob@example.com;method=BYE?Subject=x", [])) == ["sip:bob@example.com", "", "sip:bob@example.com"])
    #expect(text(routing("sip:bob@example.com", ["sip:strict;method=INVITE?a=b"]))[0] == "sip:strict")
  }

  // Proves: rfc3261-8.1.2-03
  @Test("A SIPS target asks for TLS on the first hop")
  func secure() {
    #expect(routing("sips:bob@example.com", ["sip:proxy.example.com;lr"]).nextHop?.isSecure == true)
  }

  @Test("A telephone number needs a route")
  func telephone() {
    #expect(routing("tel:+358-555-1234567", []).nextHop == nil)
    #expect(routing("tel:+358-555-1234567", ["sip:gw.example.com;lr"]).nextHop?.host.description == "gw.example.com")
  }
}
