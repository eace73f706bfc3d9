import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 17.1.2: non-INVITE client transaction")
struct NonInviteClientTransactionTests {
  typealias Output = NonInviteClientTransaction.Output

  private func make(isReliable: Bool = false) -> NonInviteClientTransaction {
    var outputs: [Output] = []
    let machine = NonInviteClientTransaction(timers: TransactionTimers(), isReliable: isReliable, now: .at(0), into: &outputs)
    #expect(outputs == [.transmit])
    return machine
  }

  private func receive(_ machine: inout NonInviteClientTransaction, _ status: Int, at time: Int64) -> [Output] {
    var outputs: [Output] = []
    machine.receive(Response(status: StatusCode(status)), now: .at(time), into: &outputs)
    return outputs
  }

  // Proves: rfc3261-17.1.2.2-01 rfc3261-17.1.2.2-02 rfc3261-17.1.2.2-03 rfc3261-17.1.2.2-04
  @Test("Timer E fires after 500 ms, 1 s, 2 s, 4 s, 4 s, … until timer F gives up after 64*T1")
  func timersEAndF() {
    var machine = make()
    let log = machine.run()
    #expect(log.map(\.at) == [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000])
    #expect(log.dropLast().allSatisfy { $0.outputs == [.transmit] })
    #expect(log.last?.outputs == [.ended(.timedOut)])
  }

  // Proves: rfc3261-17.1.2.2-05 rfc3261-17.1.2.2-07 rfc3261-17.1.2.2-08
  @Test("In the proceeding state the request is repeated every T2, and timer F still runs")
  func proceeding() {
    var machine = make()
    var outputs: [Output] = []
    machine.deadlineReached(now: .at(500), into: &outputs)
    #expect(receive(&machine, 100, at: 600) == [.deliver(Response(status: .trying))])
    let log = machine.run()
    // The timer that ran when the response came fires once more as it was set, at 1500; from then on it is T2.
    #expect(log.map(\.at) == [1500, 5500, 9500, 13_500, 17_500, 21_500, 25_500, 29_500, 32_000])
    #expect(log.last?.outputs == [.ended(.timedOut)])
  }

  @Test("On a reliable transport nothing is repeated and timer F still runs")
  func reliable() {
    var machine = make(isReliable: true)
    let log = machine.run()
    #expect(log.map(\.at) == [32_000])
  }

  // Proves: rfc3261-17.1.2.2-06 rfc3261-17.1.2.2-09 rfc3261-17.1.2.2-10 rfc3261-17.1.2.2-11
  @Test("A final response is passed up once; retransmissions are absorbed until timer K", arguments: [200, 404], [true, false])
  func completed(status: Int, viaProvisional: Bool) {
    var machine = make()
    if viaProvisional { _ = receive(&machine, 100, at: 300) }
    let final = Response(status: StatusCode(status))
    #expect(receive(&machine, status, at: 1000) == [.deliver(final)])
    #expect(receive(&machine, status, at: 1100) == [])
    #expect(receive(&machine, 100, at: 1200) == [])
    let log = machine.run()
    #expect(log.map(\.at) == [6000])
    #expect(log.map(\.outputs) == [[.ended(.completed)]])
  }

  // Proves: rfc3261-17.1.2.2-10
  @Test("Timer K is zero seconds for reliable transports")
  func completedReliable() {
    var machine = make(isReliable: true)
    let ok = Response(status: .ok)
    #expect(receive(&machine, 200, at: 1000) == [.deliver(ok), .ended(.completed)])
    #expect(machine.nextDeadline == nil)
  }

  // Proves: rfc3261-17.1.4-01
  @Test("A transport error ends a transaction that waits, and only such a one")
  func transportError() {
    var waiting = make()
    var outputs: [Output] = []
    waiting.transportFailed(into: &outputs)
    #expect(outputs == [.ended(.transportFailed)])
    var answered = make()
    _ = receive(&answered, 200, at: 10)
    outputs = []
    answered.transportFailed(into: &outputs)
    #expect(outputs == [])
  }
}
