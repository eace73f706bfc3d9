import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 17.2.2, RFC 4320: non-INVITE server transaction")
struct NonInviteServerTransactionTests {
  typealias Output = NonInviteServerTransaction.Output

  private func make(isReliable: Bool = false) -> NonInviteServerTransaction {
    NonInviteServerTransaction(timers: TransactionTimers(), isReliable: isReliable, now: .at(0))
  }

  private func send(_ machine: inout NonInviteServerTransaction, _ status: Int, at time: Int64) -> [Output] {
    var outputs: [Output] = []
    machine.send(StatusCode(status), now: .at(time), into: &outputs)
    return outputs
  }

  private func retransmission(_ machine: inout NonInviteServerTransaction) -> [Output] {
    var outputs: [Output] = []
    machine.receiveRetransmission(into: &outputs)
    return outputs
  }

  @Test("In the trying state retransmissions are discarded")
  func trying() {
    var machine = make()
    #expect(retransmission(&machine) == [])
  }

  // Proves: rfc4320-4.1-02 rfc4320-4.1-04
  @Test("A 100 goes out once a client's timer E has reached T2, and after 64*T1 it is too late for anything")
  func silentUser() {
    var machine = make()
    let log = machine.run()
    #expect(log.map(\.at) == [3500, 32_000])
    #expect(log.map(\.outputs) == [[.sendTrying], [.ended(.timedOut)]])
    #expect(send(&machine, 200, at: 32_001) == [])
  }

  // Proves: rfc3261-17.2.2-04 rfc3261-17.2.2-05
  @Test("After the 100 a retransmission gets it again, and the final response still goes out")
  func proceeding() {
    var machine = make()
    var outputs: [Output] = []
    machine.deadlineReached(now: .at(3500), into: &outputs)
    #expect(retransmission(&machine) == [.transmit])
    #expect(send(&machine, 200, at: 4000) == [.transmit])
  }

  // Proves: rfc3261-8.2.6.1-01 rfc4320-4.1-01 rfc4320-4.2-01
  @Test("A non-INVITE request MUST NOT get a provisional response of the user's, nor a 408", arguments: [100, 180, 183, 408])
  func forbidden(status: Int) {
    var machine = make()
    #expect(machine.accepts(StatusCode(status)) == false)
    #expect(send(&machine, status, at: 10) == [])
    #expect(machine.isUndecided)
  }

  // Proves: rfc3261-17.2.2-06 rfc3261-17.2.2-07 rfc3261-17.2.2-08 rfc3261-17.2.2-09
  @Test("The final response is repeated for every retransmission until timer J; another one is discarded")
  func completed() {
    var machine = make()
    #expect(send(&machine, 200, at: 100) == [.transmit])
    #expect(retransmission(&machine) == [.transmit])
    #expect(send(&machine, 500, at: 200) == [])
    let log = machine.run()
    #expect(log.map(\.at) == [32_100])
    #expect(log.map(\.outputs) == [[.ended(.completed)]])
  }

  // Proves: rfc3261-17.2.2-06
  @Test("Timer J is zero seconds for reliable transports")
  func completedReliable() {
    var machine = make(isReliable: true)
    #expect(send(&machine, 200, at: 100) == [.transmit, .ended(.completed)])
    #expect(machine.nextDeadline == nil)
  }

  // Proves: rfc6026-8.8-01
  @Test("A transport error leaves the transaction where it is, and is told", arguments: [true, false])
  func transportError(isAnswered: Bool) {
    var machine = make()
    var outputs: [Output] = []
    if isAnswered { _ = send(&machine, 200, at: 0) }
    let deadline = machine.nextDeadline
    machine.transportFailed(into: &outputs)
    #expect(outputs == [.undeliverable])
    #expect(deadline != nil && machine.nextDeadline == deadline)
  }
}
