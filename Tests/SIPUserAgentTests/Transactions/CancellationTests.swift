import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 9: CANCEL")
struct CancellationTests {
  // Proves: rfc3261-9.1-02 rfc3261-9.1-03 rfc3261-9.1-04 rfc3261-9.1-05 rfc3261-9.1-06 rfc3261-9.1-08 rfc3261-9.1-10
  // Proves: rfc3261-8.2.2.3-03 rfc3263-4-03 rfc3263-4.4-01
  // Proves: rfc3261-9.1-07
  @Test("A CANCEL waits for a provisional response, and has the branch, Route, To and CSeq number of its INVITE")
  func waits() throws {
    var bench = LayerBench()
    var request = LayerBench.request()
    request.fields.append(name: .route, value: "<sip:192.0.2.1;lr>")
    request.fields.append(name: .require, value: "foo")
    request.fields.append(name: .proxyRequire, value: "bar")
    let id = bench.send(request)
    let invite = try #require(bench.sentRequests.first)
    bench.cancel(id)
    #expect(bench.sentRequests.map(\.method) == [.invite])
    bench.receive(Response(to: invite, status: .ringing, toTag: "bob"))
    let cancel = try #require(bench.sentRequests.last)
    #expect(cancel.method == .cancel)
    #expect(cancel.uri == invite.uri)
    #expect(cancel.vias == [try #require(invite.topVia)])
    #expect(cancel.fields.values(.route) == ["<sip:192.0.2.1;lr>"])
    #expect(cancel.to == invite.to && cancel.from == invite.from && cancel.callID == invite.callID)
    #expect(!cancel.fields.contains(.require) && !cancel.fields.contains(.proxyRequire))
    #expect(bench.datagrams.last?.to == bench.datagrams.first?.to)
    #expect(cancel.cseq == CSeq(number: 7, method: .cancel))
    bench.receive(Response(to: cancel, status: .ok, toTag: "bob"))
    #expect(bench.statuses == [180], "The answer to the CANCEL interests nobody above.")
    bench.receive(Response(to: invite, status: .requestTerminated, toTag: "bob"))
    #expect(bench.statuses == [180, 487])
    #expect(bench.sentRequests.last?.method == .ack)
  }

  @Test("A CANCEL carries the reason that was given")
  func reason() throws {
    var bench = LayerBench()
    let id = bench.send(LayerBench.request())
    bench.receive(Response(to: try #require(bench.sentRequests.first), status: .ringing, toTag: "bob"))
    bench.cancel(id, reason: try Reason("SIP;cause=200;text=\"Call completed elsewhere\""))
    #expect(bench.sentRequests.last?.fields.first(.reason)?.contains("cause=200") == true)
  }

  // Proves: rfc3261-9.1-09
  @Test("A final response that comes first makes the CANCEL needless")
  func lateCancel() throws {
    var bench = LayerBench()
    let id = bench.send(LayerBench.request())
    bench.cancel(id)
    bench.receive(Response(to: try #require(bench.sentRequests.first), status: .ok, toTag: "bob"))
    bench.cancel(id)
    #expect(bench.sentRequests.map(\.method) == [.invite])
    #expect(bench.statuses == [200])
  }

  @Test("What was never sent needs no CANCEL")
  func unsent() {
    var bench = LayerBench()
    let id = bench.send(LayerBench.request(), to: "sip:example.com")
    #expect(bench.questions.count == 1)
    bench.cancel(id)
    #expect(bench.failures == [.cancelled])
    #expect(bench.layer.transactionCount == 0)
  }

  // Proves: rfc3261-9.1-01
  @Test("A second cancel and a cancel of a request other than INVITE do nothing")
  func repeated() throws {
    var bench = LayerBench()
    let id = bench.send(LayerBench.request())
    bench.receive(Response(to: try #require(bench.sentRequests.first), status: .ringing, toTag: "bob"))
    bench.cancel(id)
    bench.cancel(id)
    let options = bench.send(LayerBench.request(.options))
    bench.cancel(options)
    #expect(bench.sentRequests.map(\.method) == [.invite, .cancel, .options])
  }

  // Proves: rfc3261-9.1-11
  @Test("When nothing final comes within 64*T1 after the CANCEL, the INVITE is given up")
  func silentPeer() throws {
    var bench = LayerBench()
    let id = bench.send(LayerBench.request())
    bench.receive(Response(to: try #require(bench.sentRequests.first), status: .ringing, toTag: "bob"))
    bench.cancel(id)
    bench.run(to: 32_000)
    #expect(bench.failures == [.timedOut])
    bench.run(to: 70_000)
    #expect(bench.layer.transactionCount == 0)
  }

  // MARK: The other side

  // Proves: rfc3261-9.2-03 rfc3261-22.1-10 rfc3261-22.1-11
  @Test("A CANCEL that matches an INVITE gets 200 and reaches the transaction user; the 487 is the user's")
  func matching() throws {
    var bench = LayerBench()
    bench.receive(LayerBench.text("INVITE"))
    let invite = try #require(bench.requests.first)
    bench.respond(invite.id, Response(to: invite.received.request, status: .ringing, toTag: "alice"))
    bench.receive(LayerBench.text("CANCEL"))
    #expect(bench.cancelled == [invite.id])
    #expect(bench.sentResponses.map(\.status.rawValue) == [180, 200])
    #expect(bench.sentResponses.last?.to?.tag == "alice")
    #expect(bench.requests.count == 1, "The CANCEL itself is no request for the transaction user.")
    bench.receive(LayerBench.text("CANCEL"))
    #expect(bench.cancelled.count == 1)
    #expect(bench.sentResponses.map(\.status.rawValue) == [180, 200, 200])
  }

  @Test("A CANCEL after the final response gets 200 and has no effect")
  func tooLate() throws {
    var bench = LayerBench()
    bench.receive(LayerBench.text("INVITE"))
    let invite = try #require(bench.requests.first)
    bench.respond(invite.id, Response(to: invite.received.request, status: .busyHere, toTag: "alice"))
    bench.receive(LayerBench.text("CANCEL"))
    #expect(bench.cancelled.isEmpty)
    #expect(bench.sentResponses.map(\.status.rawValue) == [486, 200])
  }

  // Proves: rfc3261-9.2-01
  @Test("A CANCEL that matches nothing gets 481")
  func unmatched() {
    var bench = LayerBench()
    bench.receive(LayerBench.text("CANCEL", branch: "z9hG4bK-other"))
    #expect(bench.cancelled.isEmpty)
    #expect(bench.sentResponses.map(\.status.rawValue) == [481])
  }

  @Test("A CANCEL with the same branch but from another sent-by matches nothing")
  func foreign() {
    var bench = LayerBench()
    bench.receive(LayerBench.text("INVITE"))
    bench.receive(LayerBench.text("CANCEL", via: "192.0.2.66"))
    #expect(bench.cancelled.isEmpty)
    #expect(bench.sentResponses.map(\.status.rawValue) == [481])
  }

  // Proves: rfc3261-9.2-03
  @Test("Section 9.2: the 200 to CANCEL and the 487 have the same To tag, also when nothing with a tag was sent before")
  func sameTag() throws {
    var bench = LayerBench()
    bench.receive(LayerBench.text("INVITE"))
    let invite = try #require(bench.requests.last)
    bench.receive(LayerBench.text("CANCEL"))
    bench.respond(invite.id, Response(to: invite.received.request, status: .requestTerminated, toTag: "another"))
    let cancelled = try #require(bench.sentResponses.first { $0.cseq?.method == .cancel })
    let terminated = try #require(bench.sentResponses.first { $0.status == .requestTerminated })
    #expect(cancelled.status == .ok)
    #expect(cancelled.to?.tag != nil)
    #expect(terminated.to?.tag == cancelled.to?.tag)
  }
}
