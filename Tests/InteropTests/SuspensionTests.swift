import Foundation
import Testing

@Suite(
  "A phone that does not run for a minute, as in a laptop that is closed", .enabled(if: Workplace.hasPeers), .timeLimit(.minutes(4))
)
struct SuspensionTests {
  @Test("It can be called again within two seconds, although its connections are gone", arguments: [true, false])
  func minute(losesConnections: Bool) async throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let network = try EdgeNetwork(workplace)
    defer { network.stop() }
    let phone = try EdgePhone.start(workplace, network)
    kill(phone.child.identifier, SIGSTOP)
    let end = ContinuousClock.now + .seconds(60)
    if losesConnections {
      for edge in network.edges {
        network.kill(edge)
        try network.start(edge)
      }
    }
    // The other tests go on meanwhile.
    try await Task.sleep(until: end)
    let awake = Date()
    kill(phone.child.identifier, SIGCONT)
    if losesConnections {
      #expect(phone.next("flow", ["state": "up"], within: 20) != nil)
      let seconds = Date().timeIntervalSince(awake)
      print("after a minute's sleep the first flow was back in \(seconds) s")
      #expect(seconds < 2)
    }
    let times = try RingingCalls(workplace, network, count: 2, perSecond: 2).run()
    #expect(times.count == 2 && times.allSatisfy { $0 < 2000 }, "\(times)")
    #expect(phone.quit() == 0)
  }
}
