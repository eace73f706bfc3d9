import Media
import Phone
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("History: one record for each call, and why")
struct HistoryTests {
  @Test("An answered call is one record at both ends, with its length")
  func answered() {
    var world = PhoneWorld(2)
    world.connect(0, 1)
    world.run(for: .seconds(65))
    world.command(0, .hangUp(nil))
    world.run(for: .seconds(40))
    for phone in 0..<2 {
      let records = world.records(phone)
      #expect(records.count == 1)
      #expect(records.first?.outcome == .answered)
      #expect(records.first?.isIncoming == (phone == 1))
      #expect(records.first?.talked.map { $0.components.seconds == 65 } == true)
      #expect(records.first?.callID.isEmpty == false)
      #expect(world.snapshot(phone).history == records)
      #expect(world.snapshot(phone).calls.isEmpty)
    }
    #expect(world.records(0).first?.callID == world.records(1).first?.callID)
    #expect(world.snapshot(0).notices.last?.text == "Call with bob@192.0.2.2 ended after 1:05: you hung up.")
  }

  @Test("The caller gives up: cancelled there, missed here, and the ring stops")
  func cancelled() {
    var world = PhoneWorld(2)
    world.command(0, .dial(PhoneWorld.uri(1), account: nil))
    world.run(for: .seconds(1))
    world.command(0, .hangUp(nil))
    world.run(for: .seconds(40))
    #expect(world.records(0).map { $0.outcome } == [.cancelled])
    #expect(world.records(1).map { $0.outcome } == [.missed])
    #expect(world.rings(1).last == .some(nil))
    #expect(world.snapshot(1).notices.contains { $0.text == "Call from alice@192.0.2.1 missed: the caller gave up." })
  }

  @Test("Why a call could not be made is one sentence, and stands in the history without its full stop")
  func unreachable() throws {
    var world = PhoneWorld(1)
    world.command(0, .dial("sips:bob@192.0.2.101", account: nil))
    world.run(for: .seconds(1))
    #expect(world.records(0).map(\.detail) == ["192.0.2.101:5061 over TLS refused the connection"])
    #expect(
      world.snapshot(0).notices.last?.text == "Call to bob@192.0.2.101 failed: 192.0.2.101:5061 over TLS refused the connection.")
  }

  @Test("Busy: rejected here, failed with the word and the busy tone there, for a while")
  func busy() {
    var world = PhoneWorld(2)
    world.command(0, .dial(PhoneWorld.uri(1), account: nil))
    world.run(for: .seconds(1))
    world.command(1, .reject(nil, status: nil))
    world.run(for: .seconds(1))
    #expect(world.records(0).map { $0.outcome } == [.failed])
    #expect(world.records(0).first?.detail == "busy")
    #expect(world.records(1).map { $0.outcome } == [.rejected])
    #expect(world.tones(0).last == .busy("us"))
    #expect(world.state(0) == .ended("busy"))
    world.run(for: .seconds(10))
    #expect(world.tones(0).last == .some(nil))
  }

  @Test("Declined everywhere is 603 on the wire and a word on the screen")
  func declined() {
    var world = PhoneWorld(2)
    world.command(0, .dial(PhoneWorld.uri(1), account: nil))
    world.run(for: .seconds(1))
    world.command(1, .reject(nil, status: 603))
    world.run(for: .seconds(1))
    #expect(world.records(0).first?.detail == "declined")
  }

  // Proves: rfc3261-8.2.2.1-05
  @Test("A user that does not exist is not found, with its number")
  func notFound() {
    var world = PhoneWorld(2)
    world.command(0, .dial("sip:nobody@192.0.2.2", account: nil))
    world.run(for: .seconds(1))
    #expect(world.records(0).first?.detail == "not found (404)")
    #expect(world.records(1).isEmpty)
    #expect(world.tones(0).last == .congestion("us"))
  }

  @Test("A peer that never answers is a failure in the end")
  func silence() {
    var world = PhoneWorld(1)
    world.command(0, .dial("sip:ghost@192.0.2.101", account: nil))
    world.run(for: .seconds(40))
    #expect(world.records(0).map { $0.outcome } == [.failed])
    #expect(world.snapshot(0).calls.isEmpty)
  }

  @Test("Answered elsewhere (Reason with cause 200, RFC 3326) is not missed")
  func elsewhere() {
    var world = PhoneWorld(1)
    world.send(Scripts.invite())
    world.run(for: .seconds(1))
    #expect(world.state(0) == .ringing)
    world.send(Scripts.cancel(extra: "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\n"))
    world.run(for: .seconds(1))
    #expect(world.records(0).map { $0.outcome } == [.elsewhere])
    #expect(world.statuses().contains(487))
  }

  @Test("Do not disturb answers busy, rings nothing and leaves a record")
  func doNotDisturb() {
    var world = PhoneWorld(2)
    world.command(1, .doNotDisturb(true))
    world.command(0, .dial(PhoneWorld.uri(1), account: nil))
    world.run(for: .seconds(1))
    #expect(world.records(1).map { $0.outcome } == [.rejected])
    #expect(world.records(1).first?.detail == "do not disturb")
    #expect(world.media(1).isEmpty)
    #expect(world.records(0).first?.detail == "busy")
  }

  @Test("Without ports the caller hears of a server error, the user of the ports, and nothing rings")
  func noPorts() {
    var world = PhoneWorld(2)
    world.hasPorts = false
    world.command(0, .dial(PhoneWorld.uri(1), account: nil))
    #expect(world.records(0).first?.detail == "no port for the voice: all ports are taken")
    world.send(Scripts.invite())
    world.run(for: .seconds(1))
    #expect(world.statuses().contains(500))
    #expect(world.rings(0).isEmpty)
    #expect(world.records(0).map { $0.outcome } == [.failed, .missed])
  }

  // Proves: rfc3261-13.3.1.3-03 rfc3261-13.3.1.3-04 rfc3264-6.1-24
  @Test("An offer without a common codec gets 488 with a warning, and nothing rings")
  func noCommonCodec() {
    var world = PhoneWorld(1)
    let offer = Scripts.offer.replacing("RTP/AVP 0", with: "RTP/AVP 97").replacing("0 PCMU/8000", with: "97 GSM/8000")
    world.send(Scripts.invite(body: offer))
    world.run(for: .seconds(1))
    let refusal = world.responses.first { $0.status.isFinal }
    #expect(refusal?.status == .notAcceptableHere)
    #expect(refusal?.fields.first(.warning)?.hasPrefix("305 ") == true)
    #expect(world.rings(0).isEmpty)
    #expect(world.records(0).count == 1)
  }

  @Test("What the other side says of an offer that it cannot take is shown with the refusal, and harmless")
  func warned() throws {
    var world = PhoneWorld(1)
    world.command(0, .dial("sip:peer@192.0.2.101", account: nil))
    world.run(for: .milliseconds(100))
    let invite = try #require(world.requests(.invite).last)
    var refusal = Response(to: invite, status: .notAcceptableHere, toTag: "p")
    refusal.fields.append(Warning(code: 305, agent: "192.0.2.101", message: "only GSM\u{1B}[2J here"))
    world.send(refusal)
    world.run(for: .milliseconds(100))
    #expect(world.records(0).first?.detail == "no common way to talk (488): only GSM[2J here")
  }

  @Test("An INVITE without an offer rings, and our 200 makes the offer")
  func lateOffer() {
    var world = PhoneWorld(1)
    world.send(Scripts.invite(body: ""))
    world.run(for: .seconds(1))
    world.command(0, .answer(nil))
    world.run(for: .milliseconds(100))
    let success = world.responses.first { $0.status == .ok }
    #expect(success?.body.isEmpty == false)
    // Nothing is agreed before the ACK: no sound yet.
    #expect(world.microphone(0) == [])
  }

  @Test("Quitting while it rings refuses the call and records it")
  func quitWhileRinging() {
    var world = PhoneWorld(2)
    world.command(0, .dial(PhoneWorld.uri(1), account: nil))
    world.run(for: .seconds(1))
    world.command(1, .quit)
    world.run(for: .seconds(2))
    #expect(world.records(1).map { $0.outcome } == [.rejected])
    #expect(world.records(0).count == 1)
    #expect(world.hasFinished[1])
  }

  @Test("A peer whose host says that nothing listens there is a failure at once, with that sentence and the address")
  func nothingListens() {
    var world = PhoneWorld(1)
    world.command(0, .dial("sip:bob@192.0.2.101", account: nil))
    world.run(for: .milliseconds(100))
    world.input(0, .network(.datagramFailed(to: PhoneWorld.peer, from: PhoneWorld.listener)))
    world.run(for: .milliseconds(100))
    #expect(world.records(0).map { $0.outcome } == [.failed])
    #expect(world.snapshot(0).notices.last?.text.contains("nothing listens at 192.0.2.101:5060 (UDP refused)") == true)
  }
}
