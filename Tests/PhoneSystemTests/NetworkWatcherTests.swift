import Foundation
import SIPUserAgent
import SansIO
import Testing

@testable import PhoneSystem

/// A system that says what it is told to, and how often it was asked since.
private final class Asked: @unchecked Sendable {
  private let lock = NSLock()
  private var state: NetworkFacts
  private var number = 0

  init(_ state: NetworkFacts) { self.state = state }

  var count: Int { lock.withLock { number } }

  func answer(_ facts: NetworkFacts) {
    lock.withLock {
      state = facts
      number = 0
    }
  }

  func facts() -> NetworkFacts {
    lock.withLock {
      number += 1
      return state
    }
  }
}

@Suite("A network that changes, and a machine that sleeps", .serialized)
struct NetworkWatcherTests {
  @Test("The end of a stop is told: who was stopped does not know what the network has done meanwhile")
  func continued() {
    let events = Arrivals<NetworkWatcher.Event>()
    let watcher = NetworkWatcher { events.post($0) }
    defer { watcher.stop() }
    // The watcher installs its handler when its thread runs; before that the signal does nothing.
    let told = (0..<50).contains { _ in
      kill(getpid(), SIGCONT)
      return events.first(within: .milliseconds(200)) { $0 } == .resumed
    }
    #expect(told)
  }

  @Test("What the system says of its network holds no address that others cannot reach")
  func facts() {
    let facts = NetworkFacts.now()
    #expect(!facts.addresses.contains { $0.isLoopback || $0.isUnspecified })
    #expect(Set(facts.addresses).count == facts.addresses.count)
    // With a default route there is an address that it leaves from.
    if facts.medium != nil { #expect(!facts.addresses.isEmpty) }
  }

  @Test("Each network of the routing tables has an address of this machine, and the most specific comes first")
  func routes() {
    let facts = NetworkFacts.now()
    #expect(facts.routes.allSatisfy { facts.addresses.contains($0.source) && $0.network.isV6 == $0.source.isV6 })
    #expect(Set(facts.routes).count == facts.routes.count)
    #expect(facts.routes.map(\.length) == facts.routes.map(\.length).sorted(by: >))
  }

  @Test("After a change the state that it left is told once, and nothing when all is as before", .enabled(if: geteuid() == 0))
  func changes() throws {
    let before = NetworkFacts(addresses: [IPAddress("192.0.2.1")!], medium: "Wi-Fi")
    let after = NetworkFacts(addresses: [IPAddress("198.51.100.1")!], medium: "cable")
    let tunnel = SourceRoute(network: .v4(0x0A00_0000), length: 8, source: .v4(0xC633_6401))
    let rerouted = NetworkFacts(addresses: after.addresses, medium: after.medium, routes: [tunnel])
    let events = Arrivals<NetworkWatcher.Event>()
    let asked = Asked(before)
    let watcher = NetworkWatcher(facts: asked.facts) { events.post($0) }
    defer { watcher.stop() }
    #expect(eventually { asked.count > 0 })
    for state in [after, after, rerouted] {
      asked.answer(state)
      try burst()
      #expect(eventually { asked.count > 0 })
    }
    #expect(eventually { events.all.count == 2 })
    #expect(events.all == [.changed(after), .rerouted])
  }

  /// Two changes that leave everything as it was, on loopback.
  private func burst() throws {
    for action in ["add", "del"] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["ip", "address", action, "127.77.0.1/32", "dev", "lo"]
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
    }
  }
}
