import SIPMessages
import SansIO
import Testing

@testable import SIPUserAgent

@Suite("RFC 6665 section 4: the machines of a subscription")
struct NotifierTests {
  private let start = Instant(nanoseconds: 0)
  private let body = Body(contentType: .sipfrag, bytes: [1])
  private let other = Body(contentType: .sipfrag, bytes: [2])
  private let third = Body(contentType: .sipfrag, bytes: [3])

  private func words(_ outputs: [Notifier.Output]) -> [String] {
    outputs.map { output in
      switch output {
      case .notify(let state, let body):
        "notify \(state.state) \(state.expires.map(String.init) ?? state.reason ?? "") \(body?.bytes.first ?? 0)"
      case .ended(let ending): "ended \(ending)"
      }
    }
  }

  // Proves: rfc6665-4.2.2-06
  @Test("A NOTIFY says how many seconds are left, and the next one waits for its answer; of several that wait the newest counts")
  func oneAtATime() {
    var notifier = Notifier(isPending: false, duration: .seconds(60), now: start)
    var said: [Notifier.Output] = []
    notifier.publish(body, now: start, into: &said)
    notifier.publish(other, now: start + .seconds(1), into: &said)
    notifier.publish(third, now: start + .seconds(2), into: &said)
    #expect(words(said) == ["notify active 60 1"])
    notifier.receive(.ok, now: start + .seconds(10), into: &said)
    #expect(words(said) == ["notify active 60 1", "notify active 50 3"])
  }

  @Test("The last NOTIFY is terminated with its reason, and afterwards nothing is said")
  func termination() {
    var notifier = Notifier(isPending: false, duration: .seconds(60), now: start)
    var said: [Notifier.Output] = []
    notifier.terminate("noresource", body: body, now: start, into: &said)
    notifier.publish(other, now: start, into: &said)
    #expect(words(said).first == "notify terminated noresource 1")
    #expect(said.count == 2 && !notifier.isFinished)
    notifier.receive(.ok, now: start, into: &said)
    #expect(notifier.isFinished && said.count == 2)
  }

  // Proves: rfc6665-4.2.1.4-03 rfc6665-4.2.1.4-04
  @Test("When its time is over the subscriber is told so: terminated, timeout")
  func timeout() {
    var notifier = Notifier(isPending: false, duration: .seconds(60), now: start)
    var said: [Notifier.Output] = []
    #expect(notifier.deadline == start + .seconds(60))
    notifier.deadlineReached(now: start + .seconds(60), into: &said)
    #expect(words(said).first == "notify terminated timeout 0")
  }

  // Proves: rfc6665-4.2.2-03 rfc6665-4.2.2-04
  @Test("A NOTIFY that is refused, or never answered, ends the subscription and what waited", arguments: [481, 404, 408, 503])
  func refusal(_ status: Int) {
    var notifier = Notifier(isPending: false, duration: .seconds(60), now: start)
    var said: [Notifier.Output] = []
    notifier.publish(body, now: start, into: &said)
    notifier.publish(other, now: start, into: &said)
    notifier.receive(StatusCode(status), now: start, into: &said)
    #expect(said.last == .ended(.failed(StatusCode(status))))
    #expect(notifier.isFinished && notifier.deadline == nil && said.count == 2)
  }

  @Test(
    "Pending says pending until somebody agrees; a refresh is answered with the present state, one of zero seconds with the end")
  func refresh() {
    var notifier = Notifier(isPending: true, duration: .seconds(60), now: start)
    var said: [Notifier.Output] = []
    notifier.publish(body, now: start, into: &said)
    notifier.receive(.ok, now: start, into: &said)
    notifier.activate(now: start, into: &said)
    notifier.receive(.ok, now: start, into: &said)
    notifier.refresh(.seconds(100), now: start, into: &said)
    notifier.receive(.ok, now: start, into: &said)
    notifier.refresh(.zero, now: start, into: &said)
    #expect(
      words(said) == [
        "notify pending 60 1", "notify active 60 1", "notify active 100 1", "notify terminated timeout 1", "ended bySubscriber",
      ])
  }

  @Test("A package's rate holds NOTIFYs back, but not the last one, nor the one that a refresh wants")
  func rate() {
    var notifier = Notifier(isPending: false, duration: .seconds(60), leastInterval: .seconds(5), now: start)
    var said: [Notifier.Output] = []
    notifier.publish(body, now: start, into: &said)
    notifier.receive(.ok, now: start, into: &said)
    notifier.publish(other, now: start + .seconds(1), into: &said)
    #expect(said.count == 1 && notifier.deadline == start + .seconds(5))
    notifier.deadlineReached(now: start + .seconds(5), into: &said)
    #expect(said.count == 2)
    notifier.receive(.ok, now: start + .seconds(5), into: &said)
    notifier.refresh(.seconds(60), now: start + .milliseconds(5500), into: &said)
    #expect(said.count == 3)
    notifier.receive(.ok, now: start + .milliseconds(5500), into: &said)
    notifier.terminate("noresource", body: third, now: start + .seconds(6), into: &said)
    #expect(words(said).suffix(2).first == "notify terminated noresource 3")
  }

  // Proves: rfc6665-4.1.3-04 rfc6665-4.1.3-05 rfc6665-4.1.3-07
  @Test("A subscriber that hears nothing within timer N gives up; a NOTIFY before the response makes the subscription")
  func subscriber() {
    var said: [Subscriber.Output] = []
    var silent = Subscriber(patience: .seconds(32), defaultDuration: .seconds(60), now: start)
    silent.deadlineReached(now: start + .seconds(32), into: &said)
    #expect(said == [.ended(.silent)] && silent.isFinished)
    said = []
    var early = Subscriber(patience: .seconds(32), defaultDuration: .seconds(60), now: start)
    early.receive(SubscriptionState("active", [("expires", "20")]), body, now: start, into: &said)
    early.refused(.requestTimeout, into: &said)
    #expect(said == [.notified(body)] && early.deadline == start + .seconds(20))
    early.receive(SubscriptionState("pending", [("expires", "30")]), body, now: start, into: &said)
    #expect(early.deadline == start + .seconds(30))
    // What else it says of its time is not heard.
    early.receive(
      SubscriptionState("terminated", [("expires", "100"), ("reason", "noresource")]), nil, now: start, into: &said)
    #expect(said.last == .ended(.byNotifier(reason: "noresource")))
    #expect(early.isFinished && early.deadline == nil)
  }

  @Test("Time that runs out without a word ends it")
  func expiry() {
    var said: [Subscriber.Output] = []
    var subscriber = Subscriber(patience: .seconds(32), defaultDuration: .seconds(60), now: start)
    subscriber.receive(SubscriptionState("active", []), nil, now: start, into: &said)
    #expect(subscriber.deadline == start + .seconds(60))
    subscriber.deadlineReached(now: start + .seconds(60), into: &said)
    #expect(said == [.notified(nil), .ended(.expired)])
  }
}
