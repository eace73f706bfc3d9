import Phone
import SIPUserAgent
import SansIO
import Simulation
import Testing

/// Tries every order of a few things that happen at almost the same time.
///
/// A world is a value: at each point it is copied once for every thing that may happen next, which is one of the acts that are left
/// or the next event of the network and the timers.
struct Explorer {
  struct Act {
    let name: String
    let perform: (inout World) -> Void

    init(_ name: String, _ perform: @escaping (inout World) -> Void) {
      self.name = name
      self.perform = perform
    }
  }

  /// Events at most before the last act.
  var steps = 5
  private(set) var worlds = 0
  /// The order that failed first, with what was found and the ladder; nil when all is well.
  private(set) var failure: String?

  mutating func explore(_ start: World, _ acts: [Act], phones: [NodeID]) {
    descend(start, acts, steps, [], phones)
  }

  private mutating func descend(_ world: World, _ acts: [Act], _ steps: Int, _ order: [String], _ phones: [NodeID]) {
    guard failure == nil else { return }
    guard !acts.isEmpty else { return conclude(world, order, phones) }
    for index in acts.indices {
      var next = world
      acts[index].perform(&next)
      var rest = acts
      rest.remove(at: index)
      descend(next, rest, steps, order + [acts[index].name], phones)
    }
    guard steps > 0 else { return }
    var next = world
    // Two seconds: a timer may be the next thing, an hour of silence is not.
    guard next.step(until: next.now.instant + .seconds(2)) else { return }
    descend(next, acts, steps - 1, order + ["·"], phones)
  }

  /// Everybody hangs up in the end; then all must be over and every rule must have been kept.
  private mutating func conclude(_ world: World, _ order: [String], _ phones: [NodeID]) {
    worlds += 1
    var world = world
    world.run(for: .seconds(40))
    for phone in phones {
      for call in world.calls(of: phone) { world.command(.hangUp(call), to: phone) }
    }
    world.run(for: .seconds(150))
    var found = world.verdict()
    for phone in phones {
      let name = world.network.name(of: phone)
      if world.hasLiveCalls(phone) { found.append("\(name) still has a call.") }
      for table in world.tableSizes(of: phone) where table.count > 0 {
        guard ["sessions", "dialogs", "microphone lines", "client transactions", "server transactions"].contains(table.name) else {
          continue
        }
        found.append("\(name) keeps \(table.count) \(table.name).")
      }
      if !world.audio.streams(of: phone).isEmpty { found.append("\(name) has a stream left.") }
    }
    guard !found.isEmpty else { return }
    let nodes = (0..<4).map { NodeID(UInt64($0)) }.filter { $0.rawValue < UInt64(world.nodeCount) }
    failure = "\(order.joined(separator: " "))\n\(found.joined(separator: "\n"))\n\(world.ladder(of: nodes, showsTime: true))"
  }
}
