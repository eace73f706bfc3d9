import Phone
import SansIO
import Testing

@testable import PhoneTUI

@Suite("The account page: by which ways calls reach this phone")
struct AccountsScreenTests {
  private func ready(_ number: Int, proxy: String) -> FlowSnapshot {
    var flow = FlowSnapshot(number: number, state: .ready)
    flow.transport = "TLS"
    flow.peer = "192.0.2.\(number):5061"
    flow.proxy = proxy
    flow.isOutbound = true
    flow.flowTimer = .seconds(120)
    flow.lastKeepAlive = Stage().now.instant + .seconds(-8)
    flow.refreshAt = Stage().now.instant + .seconds(591)
    return flow
  }

  private func snapshot(_ flows: [FlowSnapshot], state: AccountSnapshot.State = .ready) -> PhoneSnapshot {
    var snapshot = PhoneSnapshot()
    var account = AccountSnapshot(
      number: 1, address: "alice@example.com", state: state, transport: "TLS",
      flowsReady: flows.count { $0.state == .ready }, flowsWanted: flows.count)
    account.flows = flows
    snapshot.accounts = [account, AccountSnapshot(number: 2, address: "bob@192.0.2.9", state: .direct)]
    return snapshot
  }

  @Test("Both flows stand: every fact about them, and what it means, at 80x24")
  func bothFlows() {
    var flow = ready(1, proxy: "edge-1.example.com")
    flow.serviceRoute = ["sip:home.example.com;lr"]
    flow.publicGRUU = "sip:alice@example.com;gr=urn:uuid:f81d4fae"
    var stage = Stage()
    stage.show(snapshot([flow, ready(2, proxy: "edge-2.example.com")]))
    stage.press(.character("@"))
    let text = stage.text
    for line in [
      "ACCOUNTS   by which ways calls reach this phone",
      "▌1 alice@example.com",
      "TLS  2 of 2 flows",
      " 2 bob@192.0.2.9",
      "Calls reach this phone by 2 ways: one server may fail and no call is lost.",
      "Flow 1  ● ready      over edge-1.example.com, TLS",
      "to 192.0.2.1:5061; kept open by the provider; silent for 120 s at most",
      "answered a keep-alive 8 s ago; registers again in 9:51",
      "calls go out by sip:home.example.com;lr",
      "this device: sip:alice@example.com;gr=urn:uuid:f81d4fae",
      "Flow 2  ● ready      over edge-2.example.com, TLS",
    ] {
      #expect(text.contains(line), "\(line)\n\(text)")
    }
    #expect(stage.lines.allSatisfy { $0.count <= 80 })
  }

  @Test("A broken flow says why and counts down to the next try, second by second")
  func broken() {
    var stage = Stage()
    let flow = FlowSnapshot(
      number: 2, state: .failed("the server closed the connection", retryAt: stage.now.instant + .seconds(18)))
    stage.show(snapshot([ready(1, proxy: "edge-1.example.com"), flow]))
    stage.press(.character("@"))
    #expect(stage.text.contains("Calls reach this phone by one of 2 ways. The others are being repaired."))
    #expect(stage.text.contains("Flow 2  ○ broken"))
    #expect(stage.text.contains("the server closed the connection; next try in 18 s"))
    #expect(stage.model.nextTick == stage.now.instant + .seconds(1))
    stage.wait(.seconds(1))
    #expect(stage.text.contains("next try in 17 s"))
  }

  @Test("An account that nothing reaches is never shown as one that rings")
  func unreachable() {
    var stage = Stage()
    stage.show(snapshot([], state: .failed("wrong name or password (401)", retryAt: nil)))
    stage.press(.character("@"))
    #expect(stage.text.contains("Calls to alice@example.com do not reach this phone: wrong name or password"))
    stage.show(snapshot([], state: .offline))
    #expect(stage.text.contains("Switched off: calls to alice@example.com do not reach this phone."))
    stage.show(snapshot([ready(1, proxy: "example.com")]))
    #expect(stage.text.contains("Calls reach this phone by one way. When it fails, none do until it is back."))
  }

  @Test("Enter signs the selected account in, u signs it out, and an account that does not register says so")
  func keys() {
    var stage = Stage()
    stage.show(snapshot([ready(1, proxy: "example.com")]))
    stage.press(.character("@"), .enter)
    #expect(stage.takeCommands() == [.register(account: "1")])
    stage.press(.character("u"))
    #expect(stage.takeCommands() == [.unregister(account: "1")])
    stage.press(.character("j"), .enter)
    #expect(stage.takeCommands() == [])
    #expect(stage.text.contains("this account does not register"))
    #expect(stage.text.contains("it is called at this phone's own address only"))
    stage.press(.escape)
    #expect(!stage.text.contains("ACCOUNTS"))
  }
}
