internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

/// Response processing, timer C, CANCEL: RFC 3261 sections 16.7 to 16.10.
extension Exchange {
  mutating func receive(
    _ response: Response, on client: ClientTransactionID, now: Moment, into outputs: inout [ExchangeOutput]
  ) {
    guard let id = branches[client], let context = contexts[id],
      let index = context.branches.firstIndex(where: { $0.client == client })
    else { return }
    var response = response
    response.fields.removeFirstElement(Via.self)
    addFlowTimer(to: &response, context)
    let isInvite = context.request.method == .invite
    switch response.status.kind {
    case .provisional:
      guard response.status != .trying, !context.isAnswered else { return }
      if isInvite {
        // Section 16.7 step 2: timer C starts anew with every provisional response.
        let deadline = now.instant + configuration.ringingTimeout
        contexts[id]?.deadline = deadline
        contextDeadlines.schedule(id, at: deadline)
      }
      layer.respond(id, with: response, now: now, into: &work)
    case .success:
      contexts[id]?.branches[index].final = response
      // Every 2xx to an INVITE goes on, the caller settles which one it keeps; of others only the first.
      guard isInvite || !context.isAnswered else { return }
      layer.respond(id, with: response, now: now, into: &work)
      answered(id, now: now)
      if isInvite { cancelPending(of: id, reason: Self.completedElsewhere, now: now) }
    case .redirection, .requestFailure, .serverFailure:
      guard context.branches[index].final == nil else { return }
      branchFailed(index, of: id, with: response, now: now, into: &outputs)
    case .globalFailure:
      guard context.branches[index].final == nil else { return }
      contexts[id]?.branches[index].final = response
      if isInvite { cancelPending(of: id, reason: nil, now: now) }
      answerIfOver(id, now: now)
    }
  }

  private static let completedElsewhere = Reason(protocol: "SIP", cause: 200, text: "Call completed elsewhere")

  /// RFC 5626 section 5.4: the first edge says how long its flows may be silent.
  private func addFlowTimer(to response: inout Response, _ context: ResponseContext) {
    guard case .edge = configuration.role, context.request.method == .register, response.status.isSuccess,
      context.request.vias.count <= 1, response.fields.optionTags(Require.self).contains(.outbound),
      !response.fields.contains(.flowTimer)
    else { return }
    response.fields.set(FlowTimer(UInt32(configuration.flowTimer)))
  }

  mutating func clientFailed(
    _ client: ClientTransactionID, _ failure: ClientFailure, now: Moment, into outputs: inout [ExchangeOutput]
  ) {
    guard let id = branches[client], let context = contexts[id],
      let index = context.branches.firstIndex(where: { $0.client == client }),
      context.branches[index].final == nil
    else { return }
    let response: Response
    switch failure {
    case .timedOut:
      // RFC 4320 section 4.2: a 408 to anything but an INVITE comes too late to be of use and only makes a storm.
      guard context.request.method == .invite else {
        forget(id)
        return
      }
      response = Response(to: context.request, status: .requestTimeout, toTag: random.token(bits: 64))
    case .unreachable, .flowDied, .noOtherServer:
      let status: StatusCode = context.branches[index].target.flow == nil ? .serviceUnavailable : .flowFailed
      response = Response(to: context.request, status: status, toTag: random.token(bits: 64))
    case .cancelled:
      response = Response(to: context.request, status: .requestTerminated, toTag: random.token(bits: 64))
    }
    branchFailed(index, of: id, with: response, now: now, into: &outputs)
  }

  /// A dead flow is told to the registrar, and the next flow of the same instance is tried (RFC 5626 section 7).
  private mutating func branchFailed(
    _ index: Int, of id: ServerTransactionID, with response: Response, now: Moment, into outputs: inout [ExchangeOutput]
  ) {
    guard var branch = contexts[id]?.branches[index] else { return }
    if response.status == .flowFailed, let binding = branch.target.binding, let event = registrar.drop(binding) {
      outputs.append(.event(event))
    }
    let mayHelp: [StatusCode] = [.flowFailed, .requestTimeout, .serviceUnavailable]
    if mayHelp.contains(response.status), !branch.alternatives.isEmpty, contexts[id]?.isAnswered == false {
      branch.target = branch.alternatives.removeFirst()
      if let client = branch.client { branches[client] = nil }
      branch.client = nil
      contexts[id]?.branches[index] = branch
      send(branch: index, of: id, now: now)
      return
    }
    contexts[id]?.branches[index].final = response
    answerIfOver(id, now: now)
  }

  private mutating func answerIfOver(_ id: ServerTransactionID, now: Moment) {
    guard let context = contexts[id], !context.isAnswered, var best = context.best else { return }
    // A flow that failed here is our affair; the caller learns that the callee cannot be reached.
    if best.status == .flowFailed, context.branches.contains(where: { $0.target.binding != nil }) {
      best = Response(to: context.request, status: .temporarilyUnavailable, toTag: random.token(bits: 64))
    }
    layer.respond(id, with: best, now: now, into: &work)
    answered(id, now: now)
  }

  /// A final response is on its way; the context stays for as long as further 2xx may come.
  private mutating func answered(_ id: ServerTransactionID, now: Moment) {
    guard contexts[id]?.isAnswered == false else { return }
    contexts[id]?.isAnswered = true
    contextDeadlines.schedule(id, at: now.instant + configuration.timers.lifetime)
  }

  private mutating func cancelPending(of id: ServerTransactionID, reason: Reason?, now: Moment) {
    guard let context = contexts[id] else { return }
    for branch in context.branches where branch.final == nil {
      if let client = branch.client { layer.cancel(client, reason: reason, now: now, into: &work) }
    }
  }

  /// The caller gave up; the layer has answered the CANCEL itself.
  mutating func cancelled(_ id: ServerTransactionID, _ cancel: Request, now: Moment) {
    guard contexts[id]?.isAnswered == false else { return }
    // No further flow is tried for a call that nobody wants any more.
    for index in 0..<(contexts[id]?.branches.count ?? 0) { contexts[id]?.branches[index].alternatives = [] }
    cancelPending(of: id, reason: cancel.value(Reason.self), now: now)
  }

  mutating func contextDeadlineReached(_ id: ServerTransactionID, now: Moment) {
    guard let context = contexts[id] else { return }
    guard !context.isAnswered else { return forget(id) }
    // Section 16.8: timer C. Branches that rang are cancelled; the caller hears 408.
    cancelPending(of: id, reason: nil, now: now)
    layer.respond(
      id, with: Response(to: context.request, status: .requestTimeout, toTag: random.token(bits: 64)), now: now, into: &work)
    answered(id, now: now)
  }

  mutating func forget(_ id: ServerTransactionID) {
    guard let context = contexts.removeValue(forKey: id) else { return }
    for branch in context.branches { if let client = branch.client { branches[client] = nil } }
    contextDeadlines.schedule(id, at: nil)
  }
}
