import SansIO
import Testing

@testable import SIPUserAgent

@Suite("RFC 5626 sections 4.4 and 4.5: the keep-alive of one flow, and the pauses of recovery")
struct FlowKeepAliveTests {
  private static func instant(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1_000_000_000)) }

  // Proves: rfc5626-4.4.1-6 rfc5626-4.4.1-7
  @Test("On a connection without Flow-Timer the line ends are 96 to 120 s apart, spread over all of that")
  func usualInterval() throws {
    var random = RandomSource(seed: 3)
    var pauses: [Duration] = []
    for _ in 0..<200 {
      let keepAlive = FlowKeepAlive(.lines(expectsPong: true), flowTimer: nil, now: Self.instant(0), random: &random)
      pauses.append(try #require(keepAlive.nextDeadline) - Self.instant(0))
    }
    #expect(pauses.allSatisfy { $0 >= .seconds(96) && $0 <= .seconds(120) })
    #expect((pauses.min() ?? .zero) < .seconds(98))
    #expect((pauses.max() ?? .zero) > .seconds(118))
  }

  // Proves: rfc5626-4.4.2-2
  @Test("A ping that is answered is followed by the next one; a pong that nobody asked for, or a STUN message, changes nothing")
  func pongs() throws {
    var random = RandomSource(seed: 3)
    var said: [FlowKeepAlive.Output] = []
    var keepAlive = FlowKeepAlive(.lines(expectsPong: true), flowTimer: .seconds(30), now: Self.instant(0), random: &random)
    keepAlive.pong(now: Self.instant(1), random: &random, into: &said)
    #expect(said.isEmpty)
    let first = try #require(keepAlive.nextDeadline)
    keepAlive.deadlineReached(now: first, random: &random, into: &said)
    #expect(said == [.ping])
    keepAlive.receive(
      STUNMessage(.failure, transactionID: Array(repeating: 0, count: 12)), now: first, random: &random, into: &said)
    #expect(said == [.ping])
    keepAlive.pong(now: first + .seconds(9), random: &random, into: &said)
    #expect(said == [.ping, .answered])
    #expect(try #require(keepAlive.nextDeadline) > first + .seconds(9))
    keepAlive.deadlineReached(now: try #require(keepAlive.nextDeadline), random: &random, into: &said)
    keepAlive.deadlineReached(now: try #require(keepAlive.nextDeadline), random: &random, into: &said)
    #expect(said.last == .failed("the keep-alive was not answered within 10 s"))
    #expect(keepAlive.nextDeadline == nil)
  }

  @Test("Where nothing is promised a pong is not waited for")
  func bare() throws {
    var random = RandomSource(seed: 3)
    var said: [FlowKeepAlive.Output] = []
    var keepAlive = FlowKeepAlive(.lines(expectsPong: false), flowTimer: nil, now: Self.instant(0), random: &random)
    for _ in 0..<5 { keepAlive.deadlineReached(now: try #require(keepAlive.nextDeadline), random: &random, into: &said) }
    #expect(said == Array(repeating: .ping, count: 5))
  }

  @Test("OPTIONS: an answer after 10 s is none; doubt comes once, and not before anything was ever answered")
  func options() throws {
    var random = RandomSource(seed: 3)
    var said: [FlowKeepAlive.Output] = []
    var keepAlive = FlowKeepAlive(.options, flowTimer: nil, now: Self.instant(0), random: &random)
    func next() throws {
      keepAlive.deadlineReached(now: try #require(keepAlive.nextDeadline), random: &random, into: &said)
    }
    try next()
    try next()
    #expect(said == [.options])
    // Too late: it belongs to the one before.
    keepAlive.answered(seenFrom: nil, now: Self.instant(40), random: &random, into: &said)
    #expect(said == [.options])
    try next()
    keepAlive.answered(seenFrom: nil, now: Self.instant(70), random: &random, into: &said)
    try next()
    try next()
    #expect(said == [.options, .options, .answered, .options, .doubted])
    try next()
    try next()
    #expect(said.suffix(2) == [.doubted, .options])
  }

  @Test("A Flow-Timer of nothing or of ten years is bounded")
  func strangeTimers() throws {
    var random = RandomSource(seed: 3)
    for (timer, least, most) in [
      (Duration.zero, Duration.seconds(96), Duration.seconds(120)), (.seconds(315_360_000), .seconds(60_000), .seconds(86_400)),
    ] {
      let keepAlive = FlowKeepAlive(.lines(expectsPong: true), flowTimer: timer, now: Self.instant(0), random: &random)
      let pause = try #require(keepAlive.nextDeadline) - Self.instant(0)
      #expect(pause >= least && pause <= most)
    }
  }

  // Proves: rfc5626-4.5-2 rfc5626-4.5-4
  @Test(
    "W is the base time doubled with each failure, half an hour at most; 50 to 100 % of it are waited", arguments: [true, false])
  func pauses(othersLive: Bool) {
    var random = RandomSource(seed: 9)
    var recovery = FlowRecovery()
    var bound = Duration.seconds(othersLive ? 90 : 30)
    for _ in 0..<12 {
      let pause = recovery.pause(othersLive: othersLive, times: FlowRecoveryTimes(), &random)
      #expect(pause >= bound / 2 && pause <= bound)
      bound = min(bound * 2, .seconds(1800))
    }
    recovery.succeeded()
    #expect(recovery.pause(othersLive: othersLive, times: FlowRecoveryTimes(), &random) <= .seconds(othersLive ? 90 : 30))
  }
}
