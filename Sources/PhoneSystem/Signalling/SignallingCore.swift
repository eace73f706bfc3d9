import NIOCore
import SIPUserAgent
import SansIO

/// What a signalling loop owns: the machine, its network and its one timer. Confined to the event loop's thread.
///
/// ```
/// socket, resolver, post ─► receive ─► pending ─► machine.handle ─► outputs ─┬─► network (sockets)
///                              ▲                                             └─► output (media, storage, screens)
///                              └── events that an order causes at once ◄── network
/// ```
final class SignallingCore<Machine: NetworkedMachine & Sendable> {
  private let eventLoop: any EventLoop
  private let border: MachineBorder<Machine>
  private let output: @Sendable (Machine.Output) -> Void
  private let afterStep: @Sendable (inout Machine) -> Void
  private let clock = SystemClock()
  private(set) var network: SocketNetwork?
  private var machine: Machine
  private var pending: [Machine.Input] = []
  private var outputs: [Machine.Output] = []
  private var isStepping = false
  private var isWaking = false
  private var timer: (at: Instant, scheduled: Scheduled<Void>)?

  init(
    machine: Machine, border: MachineBorder<Machine>, eventLoop: any EventLoop,
    output: @escaping @Sendable (Machine.Output) -> Void,
    afterStep: @escaping @Sendable (inout Machine) -> Void
  ) {
    self.machine = machine
    self.border = border
    self.eventLoop = eventLoop
    self.output = output
    self.afterStep = afterStep
  }

  func attach(_ network: SocketNetwork) {
    self.network = network
    rearm()
  }

  func receive(_ event: NetworkEvent) {
    receive(border.event(event))
  }

  func receive(_ input: Machine.Input) {
    pending.append(input)
    // An order may cause an event before it returns, a refused connection for one. It waits for its turn.
    guard !isStepping else { return }
    isStepping = true
    var next = 0
    while next < pending.count {
      machine.handle(pending[next], now: clock.now(), into: &outputs)
      next += 1
      // What a peer waits for comes first: the rest may write, format or wake others.
      for output in outputs {
        if let order = border.order(output) { network?.carryOut(order) }
      }
      for output in outputs where border.order(output) == nil { self.output(output) }
      outputs.removeAll(keepingCapacity: true)
    }
    pending.removeAll(keepingCapacity: pending.capacity <= 64)
    isStepping = false
    afterStep(&machine)
    rearm()
  }

  func withMachine<Result>(_ body: (inout Machine) -> Result) -> Result {
    defer { rearm() }
    return body(&machine)
  }

  func stop() {
    timer?.scheduled.cancel()
    timer = nil
    network?.closeAll()
    network = nil
  }

  /// A deadline that moved back leaves the timer as it is: it fires early, finds nothing due and is set anew. Deadlines move
  /// with every message, and cancelling costs more than one idle wake-up.
  private func rearm() {
    guard network != nil, let deadline = machine.nextDeadline else { return }
    if let timer, timer.at <= deadline { return }
    timer?.scheduled.cancel()
    // A machine that was just woken and wants it again at once gets it, but not at full speed.
    let wait = max((deadline - clock.instant).wholeNanoseconds, isWaking ? 1_000_000 : 0)
    let core = NIOLoopBound(self, eventLoop: eventLoop)
    timer = (deadline, eventLoop.scheduleTask(in: .nanoseconds(wait)) { core.value.timerFired() })
  }

  private func timerFired() {
    timer = nil
    guard let deadline = machine.nextDeadline, deadline <= clock.instant else { return rearm() }
    isWaking = true
    receive(border.wakeUp())
    isWaking = false
  }
}
