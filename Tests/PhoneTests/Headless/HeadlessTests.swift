import Media
import Phone
import SIPMessages
import SansIO
import Testing

@Suite("The headless mode")
struct HeadlessTests {
  @Test("The first line is the snapshot")
  func first() {
    let world = PhoneWorld(1)
    #expect(
      world.lines(0).first
        == #"{"event":"snapshot","version":1,"accounts":[{"number":1,"account":"alice@192.0.2.1","state":"direct","flows_ready":0,"#
        + #""flows_wanted":0}],"calls":[],"muted":false,"policy":"ring","dnd":false,"transfers":[],"away":false,"locked":false,"#
        + #""rules":[],"history":[],"troubles":[]}"#)
  }

  @Test("A call is told state by state, with its ending")
  func call() {
    var world = PhoneWorld(2)
    world.connect(0, 1)
    world.command(1, .hold(nil))
    world.run(for: .seconds(1))
    world.command(1, .hangUp(nil))
    world.run(for: .seconds(1))
    let calls = world.lines(0).filter { $0.hasPrefix(#"{"event":"call""#) }
    let states = ["calling", "remote-ringing", "talking", "held-by-peer", "ended"]
    #expect(calls.count == states.count)
    for (line, state) in zip(calls, states) {
      #expect(
        line.hasPrefix(#"{"event":"call","call":1,"account":"alice@192.0.2.1","direction":"outgoing","state":"\#(state)","peer":"#),
        "\(line)")
    }
    #expect(calls.last?.contains(#""reason":"the other side hung up","outcome":"answered","call_id":""#) == true, "\(calls)")
    let media = world.lines(0).filter { $0.hasPrefix(#"{"event":"media""#) }
    #expect(
      media == [
        #"{"event":"media","call":1,"account":"alice@192.0.2.1","state":"running","direction":"sendrecv","codec":"PCMU 8 kHz"}"#,
        #"{"event":"media","call":1,"account":"alice@192.0.2.1","state":"microphone","microphone":"open"}"#,
        #"{"event":"media","call":1,"account":"alice@192.0.2.1","state":"running","direction":"recvonly","codec":"PCMU 8 kHz"}"#,
        #"{"event":"media","call":1,"account":"alice@192.0.2.1","state":"closed"}"#,
      ])
  }

  @Test("A command that cannot be obeyed is an error, and nothing else changes")
  func error() throws {
    var world = PhoneWorld(1)
    let before = world.snapshot(0)
    try world.type(0, "hangup 7")
    #expect(world.lines(0).last == #"{"event":"error","call":7,"reason":"There is no call 7; there is no call at all."}"#)
    #expect(world.snapshot(0).calls == before.calls)
    #expect(world.snapshot(0).history == before.history)
    #expect(
      HeadlessFormat.line(CommandError(.missingArgument, expected: "dial needs \"more\"."))
        == #"{"event":"error","reason":"dial needs \"more\"."}"#)
  }

  @Test("Whatever is in a text, a line is one line of JSON without control characters")
  func escaping() {
    let text = "a\"\\\n\r\t\u{1B}\u{7F}\u{9B}\u{2028}é"
    let line = HeadlessFormat.line(.message(Notice(at: WallTime(secondsSince1970: 5), level: .warning, text: text)))
    #expect(
      line
        == #"{"event":"message","level":"warning","text":"a\"\\\n\r\t\u001b\u007f\u009b\u2028é","time":5}"#)
  }

  @Test("Status gives the state again")
  func status() throws {
    var world = PhoneWorld(2)
    world.connect(0, 1)
    try world.type(0, "status")
    #expect(world.lines(0).last?.hasPrefix(#"{"event":"snapshot""#) == true)
    #expect(world.lines(0).last?.contains(#""state":"talking""#) == true)
    #expect(HeadlessFormat.status(world.snapshot(0)).contains(#""microphone":"open""#))
  }

  @Test(
    "Exit codes tell endings apart",
    arguments: [
      (CallRecord.Outcome.answered, Int?.none, 0 as Int32), (.failed, 486, 10), (.failed, 600, 10), (.failed, 603, 11),
      (.failed, 408, 12), (.failed, 480, 12), (.failed, 404, 13), (.failed, 407, 14), (.failed, nil, 15), (.failed, 403, 16),
      (.failed, 500, 1), (.cancelled, nil, 130),
    ])
  func exitCodes(outcome: CallRecord.Outcome, status: Int?, code: Int32) {
    let peer = PeerSnapshot(name: nil, nameIsOurs: false, address: "x", uri: "sip:x", trust: .saidByPeer)
    let call = CallSnapshot(
      id: CallID(1), account: 1, isIncoming: false, state: .ended("x"), peer: peer, startedAt: Instant(nanoseconds: 0))
    #expect(DialExitCode(CallReport(call: call, account: "a", status: status, outcome: outcome)).rawValue == code)
  }
}
