import Media
import SansIO

/// A session description: read, written, answered; and taken for an answer to our own.
enum SDPFuzzer: Fuzzer {
  static let name = "sdp"
  static let summary = "session descriptions: written and read again they are the same, and an answer fits its offer (RFC 3264)"

  private static let local = MediaEndpoint(address: .v4(0xC000_0201), rtpPort: 20_000)

  static func run(_ bytes: [UInt8]) {
    guard let description = try? SessionDescription(parsing: bytes) else { return }
    require(description.media.count <= SDPLimits.media, "more media than the limit")
    let serialized = description.serialized()
    guard let again = try? SessionDescription(parsing: serialized) else { fatalError("what was written cannot be read") }
    require(again.serialized() == serialized, "it changes each time it is written")
    for media in description.media {
      _ = media.rtpmaps
      _ = (media.ptime, media.maxptime, description.effectiveDirection(of: media), description.effectiveConnection(of: media))
    }
    asOffer(bytes, description)
    asAnswer(bytes)
  }

  private static func asOffer(_ bytes: [UInt8], _ offer: SessionDescription) {
    var negotiator = MediaNegotiator(configuration: NegotiatorConfiguration(codecs: ["PCMU", "PCMA", "L16"], sessionID: 7))
    guard let result = try? negotiator.receiveOffer(bytes, local: local, direction: .sendrecv) else { return }
    guard let answer = try? SessionDescription(parsing: result.answer) else { fatalError("our answer cannot be read") }
    require(answer.media.count == offer.media.count, "the answer has \(answer.media.count) media, the offer \(offer.media.count)")
    for (ours, theirs) in zip(answer.media, offer.media) {
      require(ours.kind == theirs.kind && ours.proto == theirs.proto, "a medium of another kind")
      if theirs.port == 0 { require(ours.port == 0, "a refused stream is taken") }
    }
    use(result.parameters)
    // The same again is the same, and what comes later keeps the order.
    let second = try? negotiator.receiveOffer(bytes, local: local, direction: .sendrecv)
    require(second?.parameters == result.parameters, "the same offer again is answered otherwise")
    let next = negotiator.makeOffer(local: local, direction: .sendonly)
    require((try? SessionDescription(parsing: next))?.media.count == offer.media.count, "a later offer has another number of media")
    negotiator.abandonOffer()
  }

  private static func asAnswer(_ bytes: [UInt8]) {
    var negotiator = MediaNegotiator(configuration: NegotiatorConfiguration(sessionID: 7))
    _ = negotiator.makeOffer(local: local, direction: .sendrecv)
    guard let parameters = try? negotiator.receiveAnswer(bytes) else { return }
    use(parameters)
  }

  private static func use(_ parameters: MediaParameters) {
    require(parameters.packetTime > .zero && parameters.packetTime <= .seconds(1), "packets of \(parameters.packetTime)")
    var session = MediaSession(parameters: parameters, source: .microphone, random: RandomSource(seed: 1), cname: "fuzz")
    var outputs: [MediaOutput] = []
    for step in 0..<4 {
      let now = Moment(instant: Instant(nanoseconds: Int64(step) * 40_000_000), wallTime: WallTime(secondsSince1970: 1_700_000_000))
      session.handle(.wakeUp, now: now, into: &outputs)
      _ = session.playout(frames: 160, now: now)
    }
    require(outputs.count < 100, "\(outputs.count) outputs in four steps")
  }
}
