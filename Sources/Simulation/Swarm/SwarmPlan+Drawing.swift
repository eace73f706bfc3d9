import SIPUserAgent
internal import SansIO

extension SwarmPlan {
  /// The world of a seed. `length` is how long faults and users go on.
  public static func draw(seed: UInt64, length: Duration) -> SwarmPlan {
    var dice = Dice(RandomSource(seed: seed))
    let topology: Topology = dice.pick([.direct, .home, .home, .edge, .twoDomains])
    let phoneCount = 2 + dice.below(4)
    let userCount = topology == .direct ? phoneCount : max(1, phoneCount - dice.below(2))
    let liarCount = dice.pick([0, 1, 1, 2])
    var plan = SwarmPlan(
      seed: seed, length: length, topology: topology, authenticates: dice.happens(60), phones: [], liars: [], faults: dice.faults(),
      upsets: [], acts: [], targets: [])
    for index in 0..<phoneCount { plan.phones.append(dice.phone(index, users: userCount, topology)) }
    for _ in 0..<liarCount { plan.liars.append(dice.happens(70) ? Duration.seconds(Int64(10 + dice.below(50))) : nil) }
    plan.targets = plan.makeTargets()
    plan.upsets = dice.upsets(plan)
    plan.acts = dice.acts(plan)
    return plan
  }

  private func makeTargets() -> [String] {
    var targets: [String] = []
    for (index, phone) in phones.enumerated() {
      let direct = "sip:u\(phone.user)@\(Place.address(Place.phone(index)))"
      if topology == .direct {
        targets += [direct, direct + ";transport=tcp", direct]
      } else {
        let address = "sip:u\(phone.user)@\(Self.domains[phone.domain])"
        targets += [address, address, address, direct]
      }
    }
    for index in liars.indices {
      let address = "sip:liar\(index)@\(Place.address(Place.liar(index)))"
      targets += [address, address, address + ";transport=tcp"]
    }
    if topology != .direct {
      targets += ["sip:201@example.test", "sip:202@example.test", "sip:echo@example.test", "sip:nobody@example.test"]
    }
    targets += ["sip:dead@127.0.0.200", "sip:lost@nowhere.test", "sip:u0@127.0.0.1;transport=tls"]
    return targets
  }
}

/// Draws the parts of a plan.
private struct Dice {
  var random: RandomSource

  init(_ random: RandomSource) { self.random = random }

  mutating func below(_ bound: Int) -> Int { Int(random.next(below: UInt64(bound))) }
  mutating func happens(_ percent: Int) -> Bool { below(100) < percent }
  mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

  mutating func share(_ most: Double) -> Double { random.nextFraction() * most }

  /// Some networks are good, so that what is found has fewer causes.
  mutating func faults() -> FaultPlan {
    var plan = FaultPlan()
    if happens(25) { return plan }
    plan.leastDelay = .milliseconds(Int64(1 + below(20)))
    plan.greatestDelay = plan.leastDelay + .milliseconds(Int64(pick([0, 5, 60, 400])))
    if happens(60) { plan.loss = share(pick([0.02, 0.1, 0.3])) }
    if happens(40) { plan.duplication = share(0.2) }
    if happens(40) { plan.reordering = share(0.3) }
    if happens(50) { plan.chunking = share(0.9) }
    if happens(25) {
      plan.burstBegin = share(0.02)
      plan.burstEnd = 0.05 + share(0.3)
    }
    if happens(25) { plan.reset = share(0.05) }
    if happens(20) { plan.refusal = share(0.3) }
    if happens(20) { plan.tlsFailure = share(0.3) }
    if happens(25) { plan.dnsFailure = share(0.3) }
    if happens(25) { plan.dnsDelay = .milliseconds(Int64(pick([50, 500, 3000]))) }
    return plan
  }

  mutating func phone(_ index: Int, users: Int, _ topology: SwarmPlan.Topology) -> SwarmPlan.PhonePlan {
    let user = index % users
    return SwarmPlan.PhonePlan(
      user: user, domain: topology == .twoDomains ? user % 2 : 0, transport: pick([.udp, .udp, .tcp, .tls]),
      usesNames: happens(40), isBehindNAT: happens(25), expires: pick([60, 90, 300, 600, 3600]),
      answersAutomatically: happens(10),
      whenRinging: (0..<6).map { _ in reaction(to: .ringing) }, whenTalking: (0..<6).map { _ in reaction(to: .talking) },
      whenRemoteRinging: (0..<6).map { _ in reaction(to: .remoteRinging) })
  }

  private enum Sight { case ringing, talking, remoteRinging }

  private mutating func reaction(to sight: Sight) -> SwarmPlan.Reaction {
    let deed: Deed =
      switch sight {
      case .ringing:
        pick([
          .answer, .answer, .answer, .answer, .answer, .answerMuted, .reject(nil), .reject(pick([480, 486, 603, 302, 200, 999])),
          .silence,
          .hangUp, .talk, .mute,
        ])
      case .talking:
        pick([
          .hangUp, .hangUp, .hangUp, .hold, .hold, .mute, .unmute, .talk, .digits("12#"), .swap, .dial(below(64)), .resume,
          .hangUpAt(below(3)),
        ])
      case .remoteRinging: pick([.hangUp, .hold, .mute, .talk, .digits("5"), .dial(below(64)), .clearHistory, .silence])
      }
    return SwarmPlan.Reaction(deed: deed, after: delay())
  }

  /// A moment that hurts: at once, within a round trip, at a timer, or much later.
  mutating func delay() -> Duration {
    switch below(10) {
    case 0: .zero
    case 1: .milliseconds(1)
    case 2: .milliseconds(Int64(below(12)))
    case 3: .milliseconds(Int64(below(200)))
    case 4: .milliseconds(Int64(pick([200, 500, 1500, 3500])))
    case 5: .milliseconds(31_900 + Int64(below(200)))
    default: .milliseconds(Int64(below(9000)))
    }
  }

  private mutating func moment(_ length: Duration) -> Duration {
    .milliseconds(Int64(random.next(below: UInt64(max(1, length.wholeMilliseconds)))))
  }

  mutating func upsets(_ plan: SwarmPlan) -> [Upset] {
    guard happens(75) else { return [] }
    let count = below(max(2, Int(plan.length.components.seconds / 30)))
    var upsets: [Upset] = []
    for _ in 0..<count {
      let phone = below(plan.phones.count)
      let kind: Upset.Kind =
        switch below(14) {
        case 0, 1: .cutOff(phone: phone)
        case 2: .crash(phone: phone)
        case 3: .stall(phone: phone)
        case 4: .breakStreams(phone: phone)
        case 5: .silenceStreams(phone: phone)
        case 6: .rebind(phone: phone, port: UInt16(1024 + below(60_000)))
        case 7: .loseSockets(phone: phone)
        case 8: .loseDevice(phone: phone, role: below(3))
        case 9: .noMediaPorts(phone: phone)
        case 10: .exchangeDown(below(2))
        case 11: .exchangeCrash(below(2))
        case 12: .storm(faults())
        default: .wallClock(.seconds(Int64(pick([-86_400, -3600, -30, 30, 3600, 86_400, 31_536_000]))))
        }
      let lasts = Duration.milliseconds(Int64(pick([5, 100, 2000, 20_000, 60_000, 120_000])))
      upsets.append(Upset(at: moment(plan.length), kind: kind, duration: lasts))
    }
    return upsets.sorted { $0.at < $1.at }
  }

  mutating func acts(_ plan: SwarmPlan) -> [SwarmPlan.Act] {
    var acts: [SwarmPlan.Act] = []
    let everyMilliseconds = Int64(pick([8000, 15_000, 30_000]))
    for phone in plan.phones.indices {
      let dials = Int(plan.length.wholeMilliseconds / everyMilliseconds) + 1
      for _ in 0..<dials {
        acts.append(SwarmPlan.Act(at: .seconds(1) + moment(plan.length), phone: phone, deed: .dial(below(256))))
        if happens(60) { acts.append(SwarmPlan.Act(at: moment(plan.length), phone: phone, deed: anyDeed())) }
      }
    }
    // Keys pressed together: three deeds within a blink, at one phone or at all.
    for _ in 0..<below(6) {
      let at = moment(plan.length)
      for _ in 0..<3 {
        acts.append(SwarmPlan.Act(at: at + .milliseconds(Int64(below(12))), phone: below(plan.phones.count), deed: anyDeed()))
      }
    }
    return acts.sorted { ($0.at, $0.phone) < ($1.at, $1.phone) }
  }

  private mutating func anyDeed() -> Deed {
    switch below(28) {
    case 24, 25: .transfer(below(256))
    case 26: .transferToCall(below(4))
    case 27: .decideTransfer(happens(80))
    case 0: .answer
    case 1: .answerMuted
    case 2: .reject(nil)
    case 3, 4: .hangUp
    case 5: .hold
    case 6: .resume
    case 7: .swap
    case 8: .mute
    case 9: .unmute
    case 10: .talk
    case 11: .silence
    case 12: .digits(pick(["1", "0#*", "123456789", "D"]))
    case 13: .hangUpAt(below(4))
    case 14: .answerAt(below(4))
    case 15: .holdAt(below(4))
    case 16: .resumeAt(below(4))
    case 17: .selectAt(below(4))
    case 18: .answerAutomatically(happens(50))
    case 19: .doNotDisturb(happens(30))
    case 20: .register
    case 21: happens(40) ? .unregister : .register
    case 22: .follow(happens(70))
    default: .dial(below(256))
    }
  }
}
