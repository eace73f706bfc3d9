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

  @Test("A 100 goes out once a client's timer E has reached T2, and after 64*T1 it is too late for anything")
  func silentUser() {
    var machine = make()
    let log = machine.run()
    #expect(log.map(\.at) == [3500, 32_000])
    #expect(log.map(\.outputs) == [[.sendTrying], [.ended(.timedOut)]])
    #expect(send(&machine, 200, at: 32_001) == [])
  }

  @Test("After the 100 a retransmission gets it again, and the final response still goes out")
  func proceeding() {
    var machine = make()
    var outputs: [Output] = []
    machine.deadlineReached(now: .at(3500), into: &outputs)
    #expect(retransmission(&machine) == [.transmit])
    #expect(send(&machine, 200, at: 4000) == [.transmit])
  }

  @Test("A non-INVITE request MUST NOT get a provisional response of the user's, nor a 408", arguments: [100, 180, 183, 408])
  func forbidden(status: Int) {
    var machine = make()
    #expect(machine.accepts(StatusCode(status)) == false)
    #expect(send(&machine, status, at: 10) == [])
    #expect(machine.isUndecided)
  }

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

  @Test("Timer J is zero seconds for reliable transports")
  func completedReliable() {
    var machine = make(isReliable: true)
    #expect(send(&machine, 200, at: 100) == [.transmit, .ended(.completed)])
    #expect(machine.nextDeadline == nil)
  }

  @Test("A transport error ends the transaction")
  func transportError() {
    var machine = make()
    var outputs: [Output] = []
    machine.transportFailed(into: &outputs)
    #expect(outputs == [.ended(.transportFailed)])
    #expect(machine.nextDeadline == nil)
  }
}
