internal import Exchange
public import Phone
public import SIPUserAgent
public import SansIO

/// What those who drive a world look at.
extension World {
  /// How many hosts there are.
  public var nodeCount: Int { places.count }

  /// The numbers of the calls that are not over, oldest first.
  public func calls(of node: NodeID) -> [CallID] {
    guard case .phone(let index) = places[Int(node.rawValue)].seat else { return [] }
    return phones[index].liveCalls
  }

  /// What phones have said since the last time.
  public mutating func takeReports() -> [PhoneReport] {
    defer { reports.removeAll(keepingCapacity: true) }
    return reports
  }

  /// Whether every account that registers is registered.
  public func isRegistered(_ node: NodeID) -> Bool {
    snapshot(of: node).accounts.allSatisfy { account in
      switch account.state {
      case .ready, .direct: true
      case .registering, .failed, .offline: false
      }
    }
  }

  /// The states of a phone's accounts in words, for a finding.
  public func accountStates(of node: NodeID) -> String {
    snapshot(of: node).accounts.map { "\($0.address) \($0.state)" }.joined(separator: ", ")
  }

  /// How much a machine keeps in each of its tables.
  public func tableSizes(of node: NodeID) -> [TableSize] {
    switch places[Int(node.rawValue)].seat {
    case .phone(let index): phones[index].tableSizes
    case .exchange(let index): exchanges[index].tableSizes
    case .liar, .observer: []
    }
  }

  /// Liars begin nothing new from now on.
  public mutating func silenceLiars() {
    for index in liars.indices { liars[index].fallSilent() }
    for index in places.indices {
      if case .liar = places[index].seat { deadlines.schedule(NodeID(UInt64(index)), at: nil) }
    }
  }

  /// Tells checkers that the run is over.
  public mutating func finishCheckers() {
    for position in checkers.indices { checkers[position].finish(now.instant) }
  }

  /// The messages of the call that a finding is about, or else those of its node; of both the last 120.
  private func passages(about finding: Finding) -> [Passage] {
    var chosen: [Passage] = []
    for (index, passage) in network.passages.enumerated() {
      guard let glance = glances.indices.contains(index) ? glances[index] : nil, passage.at <= finding.at + .seconds(1) else {
        continue
      }
      if let callID = finding.callID, !callID.isEmpty {
        if glance.callID == callID { chosen.append(passage) }
      } else if finding.node.map({ passage.from == $0 || passage.to == $0 }) ?? true,
        finding.method.map({ glance.sequenceMethod == $0 }) ?? true
      {
        chosen.append(passage)
      }
    }
    return Array(chosen.suffix(120))
  }

  func ladder(about finding: Finding) -> String {
    let chosen = passages(about: finding)
    let nodes = Set(chosen.flatMap { [$0.from] + ($0.to.map { [$0] } ?? []) }).sorted()
    guard nodes.count > 1 else { return "" }
    return LadderReport(columns: nodes, names: nodes.map { network.name(of: $0) }, width: 22, showsTime: true).text(chosen)
  }

  /// The messages of the ladder, each whole.
  func messages(about finding: Finding) -> [String] {
    passages(about: finding).map { passage in
      let receiver = passage.to.map { network.name(of: $0) } ?? "nobody"
      let text = String(decoding: passage.bytes, as: UTF8.self).replacing("\r\n", with: "\n")
      return "\(passage.at.nanoseconds / 1_000_000) ms \(network.name(of: passage.from)) to \(receiver) "
        + "(\(passage.transport), \(passage.fate))\n\(text)"
    }
  }

  /// What its node was told last before a finding.
  func lastInputs(before finding: Finding, atMost count: Int) -> [String] {
    let chosen = inputs.entries.filter { entry in
      entry.at <= finding.at + .seconds(1) && finding.node.map { $0 == entry.node } ?? true
    }.suffix(count)
    return chosen.map { "\($0.at.nanoseconds / 1_000_000) ms \(network.name(of: $0.node)): \($0.text)" }
  }
}
