public import SIPUserAgent

/// How one kind of machine wants network events to be said to it, and which of its outputs are orders for the network.
///
/// A phone, an exchange and a scripted peer are all driven by the same loop; this is all that differs.
public struct MachineBorder<Machine: NetworkedMachine>: Sendable {
  let event: @Sendable (NetworkEvent) -> Machine.Input
  let wakeUp: @Sendable () -> Machine.Input
  let order: @Sendable (Machine.Output) -> NetworkOrder?

  /// `order` returns nil for an output that is no order for the network; such outputs go to the loop's `output` closure.
  public init(
    event: @escaping @Sendable (NetworkEvent) -> Machine.Input, wakeUp: @escaping @Sendable () -> Machine.Input,
    order: @escaping @Sendable (Machine.Output) -> NetworkOrder?
  ) {
    self.event = event
    self.wakeUp = wakeUp
    self.order = order
  }
}
