import NIOCore
public import SIPUserAgent

/// Runs one machine against real sockets, on the thread of a `SignallingThread`.
///
/// Everything the machine sees arrives on that thread, one input after the other: datagrams, bytes, answers of the resolver, its
/// own deadline and what other threads post. Orders for the network are carried out at once; every other output goes to `output`.
public final class SignallingLoop<Machine: NetworkedMachine & Sendable>: Sendable
where Machine.Input: Sendable, Machine.Output: Sendable {
  private let eventLoop: any EventLoop
  private let core: NIOLoopBoundBox<SignallingCore<Machine>?>

  /// - Parameters:
  ///   - output: takes the outputs that are no network orders; called on the loop's thread, must not wait.
  ///   - afterStep: called on the loop's thread after each batch of inputs, to publish a snapshot for instance.
  public init(
    machine: Machine, border: MachineBorder<Machine>, on thread: SignallingThread, tls: TLSSettings = TLSSettings(),
    resolver: Resolver = .shared, limits: NetworkLimits = NetworkLimits(),
    output: @escaping @Sendable (Machine.Output) -> Void = { _ in },
    afterStep: @escaping @Sendable (inout Machine) -> Void = { _ in }
  ) {
    eventLoop = thread.eventLoop
    core = .makeEmptyBox(valueType: SignallingCore<Machine>.self, eventLoop: thread.eventLoop)
    eventLoop.execute { [eventLoop, core] in
      let made = SignallingCore(machine: machine, border: border, eventLoop: eventLoop, output: output, afterStep: afterStep)
      made.attach(
        SocketNetwork(eventLoop: eventLoop, tls: tls, resolver: resolver, limits: limits) { [weak made] event in
          made?.receive(event)
        })
      core.value = made
    }
  }

  /// Opens local sockets; each one is answered by `NetworkEvent.listening` or `listenerFailed`. They are numbered from 1 in the
  /// order in which they were given, over all calls.
  public func listen(_ addresses: [ListenAddress]) {
    eventLoop.execute { [core] in core.value?.network?.listen(addresses) }
  }

  /// The machine's network has changed. Sockets that are bound to all addresses are told anew with `NetworkEvent.listening`, when
  /// they are reached at another address now; then `input` is handed to the machine.
  public func networkChanged(_ input: Machine.Input) {
    eventLoop.execute { [core] in
      core.value?.network?.lookUpAddresses()
      core.value?.receive(input)
    }
  }

  /// The ways to some networks have changed, and our addresses have not. Sockets that are bound to all addresses are told anew as
  /// with `networkChanged`; whoever is registered stays so.
  public func rerouted() {
    eventLoop.execute { [core] in core.value?.network?.lookUpAddresses() }
  }

  /// Hands `input` to the machine. From one thread, inputs arrive in the order in which they were posted.
  public func post(_ input: Machine.Input) {
    eventLoop.execute { [core] in core.value?.receive(input) }
  }

  /// Reads or changes the machine on its own thread, between two inputs.
  public func withMachine(_ body: @escaping @Sendable (inout Machine) -> Void) {
    eventLoop.execute { [core] in core.value?.withMachine(body) }
  }

  /// Closes every socket and lets go of the machine; `completion` is called on the loop's thread when that has been done.
  public func stop(_ completion: @escaping @Sendable () -> Void = {}) {
    eventLoop.execute { [core] in
      core.value?.stop()
      core.value = nil
      completion()
    }
  }
}
