/// Something that befalls a world of a swarm, at a moment that was drawn before.
public struct Upset: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The phone hears nothing and nobody hears it.
    case cutOff(phone: Int)
    case crash(phone: Int)
    case stall(phone: Int)
    /// All connections of the phone break.
    case breakStreams(phone: Int)
    /// They lead nowhere, and nobody is told for a quarter of an hour.
    case silenceStreams(phone: Int)
    /// The phone's datagrams come from another address from now on.
    case rebind(phone: Int, port: UInt16)
    /// The phone's sockets fail and come back.
    case loseSockets(phone: Int)
    /// The sound device is gone and comes back.
    case loseDevice(phone: Int, role: Int)
    /// No sockets for voice can be bound.
    case noMediaPorts(phone: Int)
    case exchangeDown(Int)
    case exchangeCrash(Int)
    /// The network is as bad as this for a while.
    case storm(FaultPlan)
    case wallClock(Duration)
  }

  public var at: Duration
  public var kind: Kind
  /// How long it lasts, for what lasts.
  public var duration: Duration

  /// The phone it befalls; nil for what befalls others.
  var phone: Int? {
    switch kind {
    case .cutOff(let phone), .crash(let phone), .stall(let phone), .breakStreams(let phone), .silenceStreams(let phone),
      .rebind(let phone, _),
      .loseSockets(let phone), .loseDevice(let phone, _), .noMediaPorts(let phone):
      phone
    case .exchangeDown, .exchangeCrash, .storm, .wallClock: nil
    }
  }
}
