import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 17.2.1, RFC 6026 section 7.1: INVITE server transaction")
struct InviteServerTransactionTests {
  typealias Output = InviteServerTransaction.Output

  private func make(isReliable: Bool = false) -> InviteServerTransaction {
    InviteServerTransaction(timers: TransactionTimers(), isReliable: isReliable, now: .at(0))
  }

  private func send(_ machine: inout InviteServerTransaction, _ status: Int, at time: Int64) -> [Output] {
    var outputs: [Output] = []
    machine.send(StatusCode(status), now: .at(time), into: &outputs)
    return outputs
  }

  private func retransmission(_ machine: inout InviteServerTransaction) -> [Output] {
    var outputs: [Output] = []
    machine.receiveRetransmission(into: &outputs)
    return outputs
  }

  private func acknowledgement(_ machine: inout InviteServerTransaction, at time: Int64) -> [Output] {
    var outputs: [Output] = []
    machine.receiveAcknowledgement(now: .at(time), into: &outputs)
    return outputs
  }

  // Proves: rfc3261-17.2.1-01
  @Test("A 100 is generated when the transaction user says nothing within 200 ms, and only once")
  func trying() {
    var machine = make()
    #expect(retransmission(&machine) == [], "There is nothing yet that could be repeated.")
    let log = machine.run()
    #expect(log.map(\.at) == [200])
    #expect(log.map(\.outputs) == [[.sendTrying]])
    #expect(retransmission(&machine) == [.transmit])
  }

  // Proves: rfc3261-17.2.1-04
  @Test("No 100 is generated when the transaction user was quicker")
  func quickUser() {
    var machine = make()
    #expect(send(&machine, 180, at: 100) == [.transmit])
    #expect(machine.nextDeadline == nil)
  }

  // Proves: rfc3261-17.2.1-05
  @Test("A retransmitted INVITE gets the most recent provisional response again")
  func retransmitted() {
    var machine = make()
    _ = send(&machine, 180, at: 100)
    #expect(retransmission(&machine) == [.transmit])
  }

  // Proves: rfc3261-17.2.1-08 rfc3261-17.2.1-09 rfc3261-17.2.1-12
  @Test("Timer G repeats a failure at T1, doubling up to T2, until timer H reports that no ACK came")
  func timersGAndH() {
    var machine = make()
    #expect(send(&machine, 486, at: 0) == [.transmit])
    let log = machine.run()
    #expect(log.map(\.at) == [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000])
    #expect(log.dropLast().allSatisfy { $0.outputs == [.transmit] })
    #expect(log.last?.outputs == [.ended(.timedOut)])
  }

  // Proves: rfc3261-17.2.1-09
  @Test("On a reliable transport timer G is not set, timer H is")
  func reliableFailure() {
    var machine = make(isReliable: true)
    _ = send(&machine, 486, at: 0)
    let log = machine.run()
    #expect(log.map(\.at) == [32_000])
    #expect(log.map(\.outputs) == [[.ended(.timedOut)]])
  }

  // Proves: rfc3261-17.2.1-10
  @Test("In the completed state a retransmitted INVITE gets the failure again")
  func completedRetransmission() {
    var machine = make()
    _ = send(&machine, 486, at: 0)
    #expect(retransmission(&machine) == [.transmit])
  }

  // Proves: rfc3261-17.2.1-11 rfc3261-17.2.1-13
  @Test("The ACK stops the retransmissions; more of them are absorbed until timer I")
  func confirmed() {
    var machine = make()
    _ = send(&machine, 486, at: 0)
    #expect(acknowledgement(&machine, at: 700) == [])
    #expect(acknowledgement(&machine, at: 900) == [])
    #expect(retransmission(&machine) == [])
    let log = machine.run()
    #expect(log.map(\.at) == [5700])
    #expect(log.map(\.outputs) == [[.ended(.completed)]])
  }

  @Test("Timer I is zero seconds for reliable transports")
  func confirmedReliable() {
    var machine = make(isReliable: true)
    _ = send(&machine, 486, at: 0)
    #expect(acknowledgement(&machine, at: 700) == [.ended(.completed)])
  }

  // Proves: rfc3261-17.2.1-06 rfc6026-6-01 rfc6026-7.1-01 rfc6026-7.1-02 rfc6026-7.1-03 rfc6026-7.1-04 rfc6026-7.1-05
  // Proves: rfc6026-8.5-01 rfc6026-8.5-02 rfc6026-8.7-01 rfc6026-8.7-02 rfc6026-8.7-03
  @Test("A 2xx enters the accepted state, which absorbs INVITEs, sends the user's 2xx again and passes ACKs up, until timer L")
  func accepted() {
    var machine = make()
    _ = send(&machine, 180, at: 100)
    #expect(send(&machine, 200, at: 1000) == [.transmit])
    #expect(retransmission(&machine) == [])
    #expect(send(&machine, 200, at: 1500) == [.transmit])
    #expect(acknowledgement(&machine, at: 1600) == [.deliverAcknowledgement])
    #expect(acknowledgement(&machine, at: 1700) == [.deliverAcknowledgement])
    #expect(send(&machine, 486, at: 1800) == [])
    #expect(machine.accepts(StatusCode(486)) == false)
    let log = machine.run()
    #expect(log.map(\.at) == [33_000])
    #expect(log.map(\.outputs) == [[.ended(.completed)]])
  }

  @Test("Nothing can be said after a failure")
  func afterFailure() {
    var machine = make()
    _ = send(&machine, 486, at: 0)
    for status in [180, 200, 603] {
      #expect(machine.accepts(StatusCode(status)) == false)
      #expect(send(&machine, status, at: 10) == [])
    }
  }

  @Test("An ACK before any final response is dropped")
  func earlyAcknowledgement() {
    var machine = make()
    #expect(acknowledgement(&machine, at: 10) == [])
    #expect(machine.isUndecided)
  }
}
