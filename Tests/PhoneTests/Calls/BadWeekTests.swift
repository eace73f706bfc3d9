import Media
import Phone
import SIPMessages
import SansIO
import Testing

@Suite("A bad week: crowds of callers, a clock that is set back, a sound card that is gone")
struct BadWeekTests {
  @Test("One host that is no registrar of ours makes eight calls ring at once, not more; somebody else's call rings all the same")
  func crowd() {
    var world = PhoneWorld(2)
    for number in 0..<20 { world.send(Scripts.invite(callID: "crowd\(number)@peer")) }
    world.run(for: .seconds(1))
    #expect(world.snapshot(0).calls.count { $0.state == .ringing } == 8)
    // Nobody acknowledges, so each refusal is repeated.
    let refused = Set(world.responses.filter { $0.status == .busyHere }.compactMap { $0.callID })
    #expect(refused.count == 12)
    world.command(1, .dial(PhoneWorld.uri(0), account: nil))
    world.run(for: .seconds(1))
    #expect(world.state(1) == .remoteRinging)
    // As one of them ends, there is room again.
    world.send(Scripts.cancel(callID: "crowd0@peer"))
    world.run(for: .seconds(1))
    world.send(Scripts.invite(callID: "late@peer"))
    world.run(for: .seconds(1))
    #expect(world.snapshot(0).calls.count { $0.state == .ringing } == 9)
  }

  @Test("A sound card that is gone is told once, however many uses it had, until the last of them has it back")
  func soundCard() {
    var world = PhoneWorld(1)
    for role in [AudioDeviceRole.ring, .playback, .capture] { world.input(0, .media(.device(role, failure: "there is no card"))) }
    #expect(world.snapshot(0).troubles == ["there is no card"])
    #expect(world.snapshot(0).notices.map(\.text) == ["there is no card"])
    world.input(0, .media(.device(.ring, failure: nil)))
    #expect(world.snapshot(0).troubles == ["there is no card"])
    for role in [AudioDeviceRole.playback, .capture] { world.input(0, .media(.device(role, failure: nil))) }
    #expect(world.snapshot(0).troubles.isEmpty)
  }

  @Test("A clock that is set back a day in a call changes neither the call nor its length, and the newest call stays the newest")
  func clockSetBack() {
    var world = PhoneWorld(2)
    world.connect(0, 1)
    world.command(0, .hangUp(nil))
    world.run(for: .seconds(1))
    world.connect(0, 1)
    world.run(for: .seconds(60))
    world.wallShift = -86_400
    world.run(for: .seconds(60))
    #expect(world.snapshot(0).calls.contains { $0.state == .talking })
    world.command(0, .hangUp(nil))
    world.run(for: .seconds(1))
    let records = world.snapshot(0).history
    #expect(records.count == 2)
    #expect(records.first?.outcome == .answered)
    let talked = records.first?.talked.map { $0.wholeMilliseconds } ?? 0
    #expect((119_000...122_000).contains(talked))
    // And calls go on, into the past as the clock sees it.
    world.connect(0, 1)
    #expect(world.snapshot(0).calls.contains { $0.state == .talking })
    world.command(0, .hangUp(nil))
    world.run(for: .seconds(1))
    #expect(world.snapshot(0).history.count == 3)
    #expect((world.snapshot(0).history.first?.startedAt.secondsSince1970 ?? 0) < (records.first?.startedAt.secondsSince1970 ?? 0))
  }
}
