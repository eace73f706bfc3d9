import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 17.1.1, RFC 6026 section 7.2: INVITE client transaction")
struct InviteClientTransactionTests {
  typealias Output = InviteClientTransaction.Output

  static func make(isReliable: Bool = false) -> InviteClientTransaction {
    var outputs: [Output] = []
    let machine = InviteClientTransaction(timers: TransactionTimers(), isReliable: isReliable, now: .at(0), into: &outputs)
    #expect(outputs == [.transmit])
    return machine
  }

  private func receive(_ machine: inout InviteClientTransaction, _ status: Int, at time: Int64) -> [Output] {
    var outputs: [Output] = []
    machine.receive(Response(status: StatusCode(status)), now: .at(time), into: &outputs)
    return outputs
  }

  // Proves: rfc3261-17.1.1.2-01 rfc3261-17.1.1.2-02 rfc3261-17.1.1.2-03 rfc3261-17.1.1.2-05 rfc3261-17.1.1.2-06 rfc3261-17.1.1.2-07
  // Proves: rfc3261-17.1.1.2-08 rfc3261-17.1.1.2-13 rfc3261-17.1.1.2-14
  @Test("Timer A doubles from T1 until timer B gives up after 64*T1")
  func timersAAndB() {
    var machine = Self.make()
    let log = machine.run(until: 100_000)
    #expect(log.map(\.at) == [500, 1500, 3500, 7500, 15_500, 31_500, 32_000])
    #expect(log.dropLast().allSatisfy { $0.outputs == [.transmit] })
    #expect(log.last?.outputs == [.ended(.timedOut)])
    #expect(machine.nextDeadline == nil)
  }

  // Proves: rfc3261-17.1.1.2-04 rfc3261-17.1.1.2-05
  @Test("If a reliable transport is being used, timer A is not started, and timer B still is")
  func reliable() {
    var machine = Self.make(isReliable: true)
    let log = machine.run(until: 100_000)
    #expect(log.map(\.at) == [32_000])
    #expect(log.map(\.outputs) == [[.ended(.timedOut)]])
  }

  // Proves: rfc3261-17.1.1.2-09 rfc3261-17.1.1.2-15 rfc3261-17.1.1.2-16 rfc3261-17.1.1.2-17
  @Test("A provisional response stops the retransmissions and is passed to the transaction user")
  func provisional() {
    var machine = Self.make()
    #expect(receive(&machine, 180, at: 700) == [.deliver(Response(status: .ringing))])
    #expect(machine.nextDeadline == nil)
    #expect(machine.isProceeding)
    #expect(receive(&machine, 183, at: 900) == [.deliver(Response(status: .sessionProgress))])
  }

  // Proves: rfc3261-13.2.2.3-01 rfc6026-6-01 rfc6026-7.2-01 rfc6026-7.2-02 rfc6026-7.2-03 rfc6026-7.2-04 rfc6026-8.4-07
  // Proves: rfc6026-8.4-08 rfc6026-8.4-09 rfc6026-8.4-10 rfc6026-8.4-11 rfc6026-8.4-12
  @Test("A 2xx enters the accepted state, which passes every 2xx up until timer M", arguments: [true, false])
  func accepted(viaProvisional: Bool) {
    var machine = Self.make()
    if viaProvisional { _ = receive(&machine, 180, at: 100) }
    #expect(receive(&machine, 200, at: 1000) == [.deliver(Response(status: .ok))])
    #expect(machine.isUndecided == false)
    #expect(receive(&machine, 200, at: 2000) == [.deliver(Response(status: .ok))])
    #expect(receive(&machine, 180, at: 2100) == [])
    #expect(receive(&machine, 486, at: 2200) == [])
    let log = machine.run(until: 100_000)
    #expect(log.map(\.at) == [33_000])
    #expect(log.map(\.outputs) == [[.ended(.completed)]])
    #expect(receive(&machine, 200, at: 33_001) == [])
  }

  // Proves: rfc3261-17.1.1.2-18 rfc3261-17.1.1.2-19 rfc3261-17.1.1.2-21 rfc3261-17.1.1.2-22 rfc3261-17.1.1.2-23 rfc3261-13.2.2.3-01
  // Proves: rfc6026-8.4-01 rfc6026-8.4-02 rfc6026-8.4-04 rfc6026-8.4-05 rfc6026-8.4-06
  @Test("A 300-699 is acknowledged and passed up once; retransmissions are acknowledged again until timer D of at least 32 s")
  func failure() {
    var machine = Self.make()
    let busy = Response(status: .busyHere)
    #expect(receive(&machine, 486, at: 1000) == [.acknowledge(busy), .deliver(busy)])
    #expect(receive(&machine, 486, at: 1500) == [.acknowledge(busy)])
    #expect(receive(&machine, 200, at: 1600) == [])
    #expect(receive(&machine, 180, at: 1700) == [])
    let log = machine.run(until: 100_000)
    #expect(log.map(\.at) == [33_000])
    #expect(log.map(\.outputs) == [[.ended(.completed)]])
  }

  // Proves: rfc3261-17.1.1.2-19 rfc3261-17.1.1.2-21 rfc6026-8.4-02 rfc6026-8.4-04
  @Test("Timer D is zero seconds for reliable transports")
  func failureReliable() {
    var machine = Self.make(isReliable: true)
    let busy = Response(status: .busyHere)
    #expect(receive(&machine, 486, at: 1000) == [.acknowledge(busy), .deliver(busy), .ended(.completed)])
    #expect(machine.nextDeadline == nil)
  }

  // Proves: rfc3261-9.1-11
  @Test("After a CANCEL the transaction is given up when no final response comes within 64*T1")
  func cancelled() {
    var machine = Self.make()
    machine.cancelSent(now: .at(100))
    #expect(machine.nextDeadline == .at(500), "Before a provisional response a CANCEL changes nothing.")
    _ = receive(&machine, 180, at: 200)
    machine.cancelSent(now: .at(300))
    _ = receive(&machine, 180, at: 20_000)
    let log = machine.run(until: 100_000)
    #expect(log.map(\.at) == [32_300])
    #expect(log.map(\.outputs) == [[.ended(.timedOut)]])
  }

  // Proves: rfc3261-17.1.4-01
  @Test("A transport error ends a transaction that waits, and leaves one alone that has its answer")
  func transportError() {
    var calling = Self.make()
    var outputs: [Output] = []
    calling.transportFailed(into: &outputs)
    #expect(outputs == [.ended(.transportFailed)])
    #expect(calling.nextDeadline == nil)

    for status in [200, 486] {
      var answered = Self.make()
      _ = receive(&answered, status, at: 10)
      outputs = []
      answered.transportFailed(into: &outputs)
      #expect(outputs == [])
      #expect(answered.nextDeadline != nil)
    }
  }

  @Test("A wake-up before the deadline does nothing")
  func early() {
    var machine = Self.make()
    var outputs: [Output] = []
    machine.deadlineReached(now: .at(499), into: &outputs)
    #expect(outputs == [])
    #expect(machine.nextDeadline == .at(500))
  }
}
