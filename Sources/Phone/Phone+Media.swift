import Media
import SIPMessages
import SIPUserAgent
import SansIO

/// Sockets for voice, offers and answers (RFC 3264), and what the media loop reports.
extension Phone {
  mutating func receive(_ event: MediaEvent, _ step: inout PhoneStep) {
    switch event {
    case .opened(let stream, let endpoint):
      if let index = index(of: stream) { opened(index, endpoint, &step) }
    case .openFailed(let stream, let reason):
      if let index = index(of: stream) { openFailed(index, reason, &step) }
    case .digit(let stream, let digit):
      guard let index = index(of: stream), "0123456789*#ABCD".contains(digit) else { return }
      calls[index].digitsReceived = String((calls[index].digitsReceived + String(digit)).suffix(64))
      report(.digitReceived(digit), of: index, &step)
    case .statistics(let stream, let statistics):
      guard let index = index(of: stream) else { return }
      calls[index].statistics = statistics
      // RFC 3960 section 3.2: sound that really comes silences our own ringback.
      if case .calling(var progress) = calls[index].phase, statistics.packetsReceived > 0 {
        progress.hasEarlySound = true
        calls[index].phase = .calling(progress)
      }
      hear(statistics, of: index, step.now.instant)
      report(.statistics(statistics), of: index, &step)
    case .device(let role, let failure):
      setTrouble("device \(role.rawValue)", failure, &step)
    }
  }

  private mutating func opened(_ index: Int, _ endpoint: MediaEndpoint, _ step: inout PhoneStep) {
    calls[index].endpoint = endpoint
    switch calls[index].phase {
    case .opening(let target):
      let offer = calls[index].negotiator.makeOffer(local: endpoint, direction: .sendrecv)
      calls[index].unanswered = calls[index].negotiator
      calls[index].phase = .calling(Call.Progress())
      var identity = accounts[calls[index].account - 1].identity
      identity.alias = calls[index].alias
      identity.isAnonymous = calls[index].alias != nil
      let order = InviteOrder(
        identity: identity, target: target, offer: Body(contentType: .sdp, bytes: offer), fields: calls[index].fields)
      tell(.command(.invite(calls[index].session, order)), &step)
    case .arriving(let offer, let wish):
      calls[index].phase = .ringing(offer: offer)
      // An automatic answer follows at once and refuses by itself what does not fit.
      if wish?.isAutomatic != true, let offer, let problem = refusal(of: offer, index, endpoint) {
        refuse(index, .notAcceptableHere, fields: problem.fields, problem.ending, &step)
      } else if let wish {
        accept(index, offer: offer, isAutomatic: wish.isAutomatic, isLoopback: wish.isLoopback, &step)
      } else {
        tell(.command(.provisional(calls[index].session, .ringing, nil, fields: ringingFields(index))), &step)
      }
    case .established:
      guard calls[index].isMoving else { return }
      calls[index].isMoving = false
      offerAgain(index, &step)
    case .calling, .redirected, .ringing, .answering, .ended:
      break
    }
  }

  private mutating func openFailed(_ index: Int, _ reason: String, _ step: inout PhoneStep) {
    let words = "no port for the voice: \(DisplayText.bounded(reason, to: 200) ?? "the system refused")"
    let ending = CallEnding.failure(words, status: calls[index].isIncoming ? 500 : nil, isIncoming: calls[index].isIncoming)
    if calls[index].isIncoming {
      refuse(index, .serverInternalError, ending, &step)
    } else {
      finish(index, ending, &step)
    }
  }

  /// Tries the offer on a copy before anything rings: a call that cannot be talked in must not call anybody to the phone. nil: it
  /// fits.
  private func refusal(of offer: [UInt8], _ index: Int, _ endpoint: MediaEndpoint) -> (fields: HeaderFields, ending: CallEnding)? {
    var trial = calls[index].negotiator
    do throws(NegotiationError) {
      _ = try trial.receiveOffer(offer, local: endpoint, direction: .sendrecv)
      return nil
    } catch {
      return (Self.warning(error), .failure("\(error) (488)", status: 488, isIncoming: true))
    }
  }

  /// RFC 3261 section 20.43: 304 for the kind of media, 305 for its formats, 399 for the rest.
  private static func warning(_ error: NegotiationError) -> HeaderFields {
    let code =
      switch error.code {
      case .noAudio: 304
      case .noCommonCodec: 305
      case .malformed, .answerDoesNotMatch, .noOffer, .offerPending, .unusableAddress: 399
      }
    var fields = HeaderFields()
    let text = "\(error)".filter { $0 != "\"" && $0 != "\\" && $0.isASCII && !$0.isNewline }
    fields.append(name: .warning, value: "\(code) offhook \"\(text)\"")
    return fields
  }

  /// Answers an incoming call with 200. Nothing here opens a microphone.
  mutating func accept(
    _ index: Int, offer: [UInt8]?, isAutomatic: Bool, isLoopback: Bool = false, _ step: inout PhoneStep
  ) {
    guard let endpoint = calls[index].endpoint else { return }
    let id = calls[index].id
    // A mirror sends what it hears and nothing else; section 7.4 excepts it.
    calls[index].receivesOnly = isAutomatic && !isLoopback
    calls[index].isLoopback = isLoopback
    if !isAutomatic { holdOthers(than: id, &step) }
    let body: [UInt8]
    if let offer {
      do throws(NegotiationError) {
        let agreed = try calls[index].negotiator.receiveOffer(
          offer, local: endpoint, direction: calls[index].direction, isMirror: isLoopback)
        body = agreed.answer
        calls[index].parameters = agreed.parameters
      } catch {
        let ending = CallEnding.failure("\(error) (488)", status: 488, isIncoming: true)
        refuse(index, .notAcceptableHere, fields: Self.warning(error), ending, &step)
        return
      }
    } else {
      body = calls[index].negotiator.makeOffer(local: endpoint, direction: calls[index].direction)
    }
    calls[index].phase = .answering
    calls[index].wasAnsweredAutomatically = isAutomatic
    // An automatic answer never takes the ear of somebody who is talking.
    let isReplacement = calls[index].replaces != nil
    if isReplacement ? calls[index].replaces == selectedCall : !isAutomatic || focusIndex.map({ calls[$0].id == id }) ?? true {
      selectedCall = id
    }
    if isReplacement {
      let old = calls[index].replaces.flatMap { self.index(of: $0) }.map { calls[$0].peer.shortName } ?? "the other side"
      notice(
        .warning, "\(calls[index].peer.shortName) takes the place of \(old). Your microphone is shut; talk opens it.", &step)
    } else if isAutomatic {
      announceAutomaticAnswer(index, &step)
    }
    tell(.command(.accept(calls[index].session, Body(contentType: .sdp, bytes: body), fields: answerFields(index))), &step)
  }

  // MARK: Offers and answers

  mutating func receiveAnswer(_ body: Body, isEarly: Bool, _ index: Int, _ step: inout PhoneStep) {
    let isFirst = calls[index].unanswered != nil
    var negotiator = calls[index].unanswered ?? calls[index].negotiator
    let offered = calls[index].openOffer
    calls[index].openOffer = nil
    do throws(NegotiationError) {
      let parameters = try negotiator.receiveAnswer(body.bytes)
      calls[index].negotiator = negotiator
      calls[index].parameters = parameters
      if case .calling(var progress) = calls[index].phase, isEarly, !progress.isRinging {
        progress.hasEarlySound = true
        calls[index].phase = .calling(progress)
      }
      if let offered, offered != calls[index].direction { offerAgain(index, &step) }
    } catch {
      // Another branch of a forked call may still fit.
      if isFirst, isEarly { return }
      if offered != nil {
        calls[index].negotiator.abandonOffer()
        notice(.warning, "\(calls[index].peer.shortName) sent an unusable answer; the sound stays as it was.", &step)
        return
      }
      let call = calls[index]
      let reason = Reason(protocol: "SIP", cause: 488, text: "Not Acceptable Here")
      tell(.command(.end(call.session, reason: reason)), &step)
      let words = "no common way to talk: \(error)"
      finish(index, call.answeredAt == nil ? .failure(words, status: 488, isIncoming: call.isIncoming) : .answered(words), &step)
    }
  }

  mutating func receiveOffer(_ body: Body, _ index: Int, _ step: inout PhoneStep) {
    let session = calls[index].session
    guard let endpoint = calls[index].endpoint else {
      tell(.command(.answer(session, nil)), &step)
      return
    }
    // Our own offer still waited for its turn in the user agent: the peer's goes first, ours is written anew after it.
    let hadOpenOffer = calls[index].openOffer != nil
    if hadOpenOffer {
      calls[index].negotiator.abandonOffer()
      calls[index].openOffer = nil
    }
    do throws(NegotiationError) {
      let agreed = try calls[index].negotiator.receiveOffer(
        body.bytes, local: endpoint, direction: calls[index].direction, isMirror: calls[index].isLoopback)
      calls[index].parameters = agreed.parameters
      tell(.command(.answer(session, Body(contentType: .sdp, bytes: agreed.answer))), &step)
    } catch {
      tell(.command(.answer(session, nil, refusal: Self.warning(error))), &step)
    }
    if hadOpenOffer { offerAgain(index, &step) }
  }

  /// A re-INVITE without an offer (RFC 3261 section 14.2): what we offer now is what we wish for now.
  mutating func makeWantedOffer(_ index: Int, _ step: inout PhoneStep) {
    guard let endpoint = calls[index].endpoint else {
      tell(.command(.answer(calls[index].session, nil)), &step)
      return
    }
    calls[index].openOffer = calls[index].direction
    let offer = calls[index].negotiator.makeOffer(local: endpoint, direction: calls[index].direction)
    tell(.command(.answer(calls[index].session, Body(contentType: .sdp, bytes: offer))), &step)
  }

  mutating func offerRefused(_ status: StatusCode, _ index: Int, _ step: inout PhoneStep) {
    calls[index].negotiator.abandonOffer()
    let offered = calls[index].openOffer
    calls[index].openOffer = nil
    let what = calls[index].isHeld ? "the hold; it is not listened to all the same" : "the change; the sound stays as it was"
    notice(.warning, "\(calls[index].peer.shortName) refused \(what) (\(status.rawValue)).", &step)
    // What was wished for meanwhile is another question.
    if let offered, offered != calls[index].direction { offerAgain(index, &step) }
  }
}
