internal import Exchange
internal import Media
internal import Phone
internal import SIPUserAgent
internal import SansIO

/// Inputs into the machines, and their orders carried out.
extension World {
  mutating func tellPhone(_ index: Int, _ node: NodeID, _ input: PhoneInput) {
    if inputs.isRecording { inputs.note(now.instant, node, Self.words(for: input)) }
    plant?.notice(input, at: node, now.instant)
    var outputs: [PhoneOutput] = []
    phones[index].handle(input, now: now, into: &outputs)
    plant?.rewrite(&outputs, of: node)
    for output in outputs { carryOut(output, node) }
    deadlines.schedule(node, at: phones[index].nextDeadline)
    for position in checkers.indices { checkers[position].settled(node, now.instant) }
  }

  private mutating func carryOut(_ output: PhoneOutput, _ node: NodeID) {
    switch output {
    case .network(let order): perform(order, by: node)
    case .media(let order): perform(order, by: node)
    case .event(let event):
      if isRecording { reports.append(PhoneReport(at: now.instant, node: node, event: event)) }
      for position in checkers.indices { checkers[position].told(event, by: node, now.instant) }
    case .storage(.record(let record)):
      places[Int(node.rawValue)].records.append(record)
      if isHashing { traceHash.mix(UInt64(node.rawValue) << 8 | 3) }
      for position in checkers.indices { checkers[position].stored(record, by: node, now.instant) }
    case .storage(.query(let limit)):
      let records = Array(places[Int(node.rawValue)].records.suffix(limit).reversed())
      deliver(.storage(.history(records)), to: node, at: now.instant + .milliseconds(2))
    case .storage(.clear): places[Int(node.rawValue)].records = []
    case .storage(.saveRules(let text)): places[Int(node.rawValue)].rules = text
    case .storage(.loadRules):
      if let text = places[Int(node.rawValue)].rules {
        deliver(.storage(.rules(text)), to: node, at: now.instant + .milliseconds(2))
      }
    // The exchange's authority is all the web there is in this world.
    case .fetch(let ticket, let order):
      let found = ExchangeAuthority.certificate(at: order.uri).map { TicketResult.bytes($0) }
      deliver(.fetched(ticket, found ?? .failed("there is no web here")), to: node, at: now.instant + .milliseconds(50))
    case .finished: break
    }
  }

  mutating func tellExchange(_ index: Int, _ node: NodeID, _ input: ExchangeInput) {
    var outputs: [ExchangeOutput] = []
    exchanges[index].handle(input, now: now, into: &outputs)
    for output in outputs {
      switch output {
      case .network(let order): perform(order, by: node)
      case .media(let order): perform(order, by: node)
      case .event(let event): if isRecording { exchangeEvents.append((node, event)) }
      }
    }
    deadlines.schedule(node, at: exchanges[index].nextDeadline)
    for position in checkers.indices { checkers[position].settled(node, now.instant) }
  }

  mutating func tellLiar(_ index: Int, _ node: NodeID, _ event: NetworkEvent?) {
    var orders: [NetworkOrder] = []
    if let event {
      liars[index].handle(event, now: now.instant, into: &orders)
    } else {
      liars[index].wakeUp(now.instant, into: &orders)
    }
    for order in orders { perform(order, by: node) }
    deadlines.schedule(node, at: liars[index].nextDeadline)
  }

  private mutating func perform(_ order: NetworkOrder, by node: NodeID) {
    if isHashing { mix(order, node) }
    network.perform(order, by: node, now: now.instant)
    guard !checkers.isEmpty else { return }
    for position in checkers.indices { checkers[position].ordered(order, by: node, now.instant) }
    seePassages()
  }

  /// Shows the checkers what was put on the wire since the last time.
  mutating func seePassages() {
    while passagesSeen < network.passages.count {
      let passage = network.passages[passagesSeen]
      passagesSeen += 1
      let glance = MessageGlance(passage.bytes)
      glances.append(glance)
      guard let glance else { continue }
      for position in checkers.indices { checkers[position].sent(glance, passage) }
    }
  }

  private mutating func perform(_ order: MediaOrder, by node: NodeID) {
    if isHashing { mix(order, node) }
    for position in checkers.indices { checkers[position].ordered(order, at: node, now.instant) }
    if case .open(let stream, _) = order, hasMediaPorts[node] == false {
      deliver(.media(.openFailed(stream, reason: "There is no free port.")), to: node, at: now.instant)
    } else if let event = audio.perform(order, by: node, at: places[Int(node.rawValue)].address, now: now.instant) {
      deliver(.media(event), to: node, at: now.instant)
    }
  }

  private mutating func mix(_ order: NetworkOrder, _ node: NodeID) {
    traceHash.mix(UInt64(bitPattern: now.instant.nanoseconds))
    traceHash.mix(node.rawValue << 8)
    switch order {
    case .datagram(let bytes, to: let remote, from: _):
      traceHash.mix(UInt64(remote.port))
      traceHash.mix(bytes)
    case .bytes(let bytes, on: let flow):
      traceHash.mix(flow.rawValue)
      traceHash.mix(bytes)
    case .open(let flow, _): traceHash.mix(flow.rawValue << 4 | 1)
    case .close(let flow): traceHash.mix(flow.rawValue << 4 | 2)
    case .resolve(let lookup, let question):
      traceHash.mix(lookup.rawValue << 4 | 3)
      traceHash.mix(Array(question.name.utf8))
    }
  }

  private mutating func mix(_ order: MediaOrder, _ node: NodeID) {
    traceHash.mix(UInt64(bitPattern: now.instant.nanoseconds))
    traceHash.mix(node.rawValue << 8 | 1)
    switch order {
    case .open(let stream, _): traceHash.mix(stream.rawValue << 4 | 1)
    case .run(let stream, let parameters, _):
      traceHash.mix(stream.rawValue << 4 | 2)
      traceHash.mix(UInt64(parameters.remoteRTP?.port ?? 0))
    case .microphone(let stream, let isOpen): traceHash.mix(stream.rawValue << 4 | (isOpen ? 3 : 4))
    case .close(let stream): traceHash.mix(stream.rawValue << 4 | 5)
    case .sendDigits(let stream, _): traceHash.mix(stream.rawValue << 4 | 6)
    case .focus(let stream): traceHash.mix((stream?.rawValue ?? 0) << 4 | 7)
    case .tone(let tone): traceHash.mix(tone == nil ? 8 : 9)
    case .ring(let ring): traceHash.mix(ring == nil ? 10 : 11)
    }
  }

  private static func words(for input: PhoneInput) -> String {
    switch input {
    case .network(.datagram(let bytes, from: let source, to: _)):
      "datagram from \(source): \(MessageGlance(bytes).map { "\($0.label) \($0.callID)" } ?? "\(bytes.count) bytes")"
    case .network(.bytes(let bytes, on: let flow)):
      "connection \(flow): \(MessageGlance(bytes).map { "\($0.label) \($0.callID)" } ?? "\(bytes.count) bytes")"
    case .network(let event): "\(event)"
    case .command(let command): "the user: \(command)"
    case .media(let event): "\(event)"
    case .storage: "storage"
    case .fetched: "something was fetched"
    case .localTime(let seconds): "local time is \(seconds) s ahead"
    case .networkChanged(let addresses, _): "addresses are \(addresses)"
    case .resumed: "back from sleep"
    case .notice: "notice"
    case .wakeUp: "wake-up"
    }
  }

  mutating func deliver(_ event: LocalEvent, to node: NodeID, at instant: Instant) {
    localEvents.push(LocalDelivery(node: node, life: places[Int(node.rawValue)].life, event: event), at: instant)
  }
}
