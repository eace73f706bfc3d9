import CPlatform
import Glibc

/// Says when the network of this machine has changed, and when the machine or this process was asleep.
///
/// The kernel tells all of it, so nothing is polled: netlink for addresses, links and routes, a timer that a jump of the clock
/// cancels for the end of a suspension (logind's PrepareForSleep says the same over D-Bus, where there is one), SIGCONT for the end
/// of a stop. Of a burst of changes only the state after it counts.
public final class NetworkWatcher: Sendable {
  public enum Event: Hashable, Sendable {
    /// Addresses or the way to the rest of the world are others than before.
    case changed(NetworkFacts)
    /// Only the ways to some networks are others than before, as when a tunnel has a new member.
    case rerouted
    /// The machine was suspended or the process was stopped, and is no more.
    case resumed
  }

  /// How long nothing may change before a change is told: an interface that comes up says so in several steps.
  static let settlingTime: Int64 = 300_000_000
  /// Less than this is no suspension but the time between two reads of two clocks.
  private static let shortestSuspension: Int64 = 1_000_000_000

  private let stopping: WakeEvent
  private let thread: SystemThread?

  /// - Parameters:
  ///   - facts: what the system says of its network; a test has its own.
  ///   - report: called on the watcher's own thread.
  public convenience init(report: @escaping @Sendable (Event) -> Void) {
    self.init(facts: NetworkFacts.now, report: report)
  }

  init(facts: @escaping @Sendable () -> NetworkFacts, report: @escaping @Sendable (Event) -> Void) {
    let stopping = WakeEvent()
    self.stopping = stopping
    thread = SystemThread(name: "network", stackSize: 128 * 1024) {
      Self.watch(stopping: stopping, facts: facts, report: report)
    }
  }

  public func stop() {
    stopping.signal()
    thread?.join()
  }

  private static func watch(stopping: WakeEvent, facts: () -> NetworkFacts, report: (Event) -> Void) {
    let continued = WakeEvent()
    let routes = cp_routes_open()
    let clock = cp_clock_watch_open()
    defer {
      cp_watch_continuation(-1)
      for descriptor in [routes, clock] where descriptor >= 0 { close(descriptor) }
    }
    cp_watch_continuation(continued.descriptor)
    if clock >= 0 { _ = cp_clock_watch_arm(clock) }
    var known = facts()
    var suspended = cp_suspended_time()
    var isSettling = false
    while true {
      // poll() passes over negative descriptors: without one of these sources the others still work.
      var sources = [stopping.descriptor, continued.descriptor, routes, clock].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      let ready = unsafe cp_poll(&sources, nfds_t(sources.count), isSettling ? settlingTime : -1)
      if sources[0].revents != 0 { return }
      if sources[1].revents != 0 {
        continued.drain()
        report(.resumed)
      }
      if sources[3].revents != 0 {
        _ = cp_clock_watch_arm(clock)
        let total = cp_suspended_time()
        // Else somebody has only set the clock.
        if total - suspended > shortestSuspension { report(.resumed) }
        suspended = total
      }
      if sources[2].revents != 0 {
        if cp_routes_drain(routes) == 1 { isSettling = true }
      } else if ready == 0, isSettling {
        isSettling = false
        let present = facts()
        let formerly = known
        known = present
        if present.addresses != formerly.addresses || present.medium != formerly.medium {
          report(.changed(present))
        } else if present.routes != formerly.routes {
          report(.rerouted)
        }
      }
    }
  }
}
