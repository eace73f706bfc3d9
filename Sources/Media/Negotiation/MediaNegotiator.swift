import SansIO

/// The content of offers and answers (RFC 3264 sections 5 to 8) for a call with one audio stream.
///
/// A value: when a call forks, every early dialog gets a copy that still has the offer open, and answers do not mix. When an offer
/// may travel is the user agent's business; this decides only what stands in it.
public struct MediaNegotiator: Sendable {
  /// What both sides have agreed on.
  private struct Agreement: Sendable {
    var local: SessionDescription
    var parameters: MediaParameters
    /// Which media part is our audio stream.
    var audioIndex: Int
  }

  private let configuration: NegotiatorConfiguration
  private var payloadTypes = PayloadTypeMap()
  private var version: UInt64
  /// "representable with a 64 bit signed integer" (RFC 3264 section 5).
  private var sessionID: UInt64 { configuration.sessionID & 0x7FFF_FFFF_FFFF_FFFF }
  private var lastWritten: SessionDescription?
  private var pendingOffer: SessionDescription?
  private var agreement: Agreement?
  private var previousAgreement: Agreement?

  public init(configuration: NegotiatorConfiguration) {
    self.configuration = configuration
    version = configuration.sessionID & 0x7FFF_FFFF
  }

  /// What holds now; nil before the first answer.
  public var parameters: MediaParameters? { agreement?.parameters }

  public var isOfferPending: Bool { pendingOffer != nil }

  // MARK: Offers of ours

  /// Writes an offer, the first one or a new one. `direction` is our wish: `sendonly` holds the peer. An offer that was still open
  /// is replaced, as when a request is sent again with credentials; the same content keeps its version.
  public mutating func makeOffer(local: MediaEndpoint, direction: MediaDirection) -> [UInt8] {
    var audio = MediaDescription(kind: "audio", port: local.rtpPort)
    for (position, codec) in configuration.codecs.enumerated() {
      let number = payloadTypes.number(of: codec.name, clockRate: codec.clockRate, wish: 96 + UInt8(position % 8))
      audio.append(RTPMap(payloadType: number, encodingName: codec.name, clockRate: codec.clockRate))
    }
    let clocks = configuration.codecs.reduce(into: [Int]()) { if !$0.contains($1.clockRate) { $0.append($1.clockRate) } }
    if configuration.comfortNoise, clocks.contains(8000) {
      audio.append(RTPMap(payloadType: 13, encodingName: "CN", clockRate: 8000))
    }
    if configuration.telephoneEvents {
      // RFC 4733 section 2.1: the clock of the events is that of the audio they replace.
      for (position, clock) in clocks.enumerated() {
        let number = payloadTypes.number(of: "telephone-event", clockRate: clock, wish: 101 + UInt8(position))
        audio.append(RTPMap(payloadType: number, encodingName: "telephone-event", clockRate: clock))
        audio.attributes.append(SDPAttribute("fmtp", "\(number) 0-16"))
      }
    }
    audio.attributes.append(SDPAttribute("ptime", "\(configuration.packetTime)"))
    if configuration.offersRTCPMux || agreement?.parameters.rtcpMux == true { audio.attributes.append(SDPAttribute("rtcp-mux")) }
    audio.appendRTCP(of: local)
    audio.attributes.append(SDPAttribute(direction.rawValue))

    var media = [audio]
    if let agreement {
      // RFC 3264 section 8: the media parts keep their places, and there are never fewer.
      media = agreement.local.media.map { $0.refused() }
      if agreement.audioIndex < media.count { media[agreement.audioIndex] = audio }
    }
    let offer = write(media, local: local)
    pendingOffer = offer
    return offer.serialized()
  }

  /// Reads the answer to our open offer. An answer that comes when none is open is one more copy of the last (RFC 3261 section
  /// 13.2.1: later descriptions are ignored), and the agreed parameters are returned again.
  public mutating func receiveAnswer(_ sdp: [UInt8]) throws(NegotiationError) -> MediaParameters {
    guard let offer = pendingOffer else {
      if let agreement { return agreement.parameters }
      throw NegotiationError(.noOffer)
    }
    let answer = try Self.read(sdp)
    guard answer.media.count == offer.media.count,
      let index = offer.media.firstIndex(where: { $0.kind == "audio" && $0.port != 0 })
    else { throw NegotiationError(.answerDoesNotMatch) }
    let theirs = answer.media[index]
    guard theirs.kind == "audio", theirs.proto == "RTP/AVP" else { throw NegotiationError(.answerDoesNotMatch) }
    let ours = offer.media[index]
    let parameters: MediaParameters
    if theirs.port == 0 {
      guard let agreement else { throw NegotiationError(.answerDoesNotMatch) }
      parameters = agreement.parameters.stopped()
    } else {
      let wanted = offer.effectiveDirection(of: ours)
      let given = answer.effectiveDirection(of: theirs)
      parameters = try Self.parameters(
        from: theirs, theirs.rtpmaps, in: answer, formats: ours.rtpmaps, direction: wanted.intersection(given.reversed),
        rtcpMux: ours.hasAttribute("rtcp-mux") && theirs.hasAttribute("rtcp-mux"),
        // A stream that we do not send on says nothing about the peer's wish.
        held: { canReceive in wanted.sends ? !(given.receives && canReceive) : agreement?.parameters.isHeldByPeer ?? false })
    }
    previousAgreement = agreement
    agreement = Agreement(local: offer, parameters: parameters, audioIndex: index)
    pendingOffer = nil
    return parameters
  }

  /// Our offer failed, or will never be answered: what was agreed before holds on (RFC 3264 section 4, RFC 3261 section 14.1).
  public mutating func abandonOffer() {
    pendingOffer = nil
  }

  // MARK: Offers of the peer

  /// Reads an offer and writes the answer. `direction` is our wish; the answer gives as much of it as the offer allows.
  ///
  /// Throws without changing anything; the caller then answers 488. Streams that we do not take are answered with port 0.
  /// `isMirror` accepts a loopback where it is offered (RFC 6849).
  public mutating func receiveOffer(
    _ sdp: [UInt8], local: MediaEndpoint, direction: MediaDirection, isMirror: Bool = false
  ) throws(NegotiationError) -> (answer: [UInt8], parameters: MediaParameters) {
    guard pendingOffer == nil else { throw NegotiationError(.offerPending) }
    let offer = try Self.read(sdp)
    let candidates = offer.media.indices.filter { offer.media[$0].kind == "audio" && offer.media[$0].proto == "RTP/AVP" }
    guard !candidates.isEmpty else { throw NegotiationError(.noAudio) }
    let usable = candidates.filter { offer.media[$0].port != 0 }
    var maps: [RTPMap] = []
    var common: [RTPMap] = []
    let suitable = usable.first { candidate in
      maps = offer.media[candidate].rtpmaps
      common = Self.common(maps, with: configuration)
      return !common.isEmpty
    }
    guard let index = suitable else {
      guard usable.isEmpty, let agreement else { throw NegotiationError(usable.isEmpty ? .noAudio : .noCommonCodec) }
      return endStream(offer, local: local, agreement: agreement)
    }

    let theirs = offer.media[index]
    // All formats at the clock of the first: one stream then needs one clock, whichever of them the peer sends.
    let clock = common[0].clockRate
    var accepted = common.filter { $0.clockRate == clock }
    if configuration.comfortNoise, let noise = maps.first(where: { $0.isComfortNoise && $0.clockRate == clock }) {
      accepted.append(noise)
    }
    if configuration.telephoneEvents, let events = maps.first(where: { $0.isTelephoneEvent && $0.clockRate == clock }) {
      accepted.append(events)
    }

    let offered = offer.effectiveDirection(of: theirs)
    let canReceive = offer.effectiveConnection(of: theirs)?.ipAddress.map { !$0.isUnspecified } ?? false
    // RFC 3264 section 8.4: the address 0.0.0.0 holds as older telephones did.
    let allowed = MediaDirection(sends: offered.receives && canReceive, receives: offered.sends)
    let chosen = direction.intersection(allowed)
    let rtcpMux = theirs.hasAttribute("rtcp-mux")
    let parameters = try Self.parameters(
      from: theirs, maps, in: offer, formats: accepted, direction: chosen, rtcpMux: rtcpMux,
      held: { canReceive in !(offered.receives && canReceive) })

    var audio = MediaDescription(kind: "audio", port: local.rtpPort)
    for map in accepted {
      audio.append(map)
      payloadTypes.adopt(map, name: map.isTelephoneEvent ? "telephone-event" : map.encodingName.uppercased())
      if map.isTelephoneEvent { audio.attributes.append(SDPAttribute("fmtp", "\(map.payloadType) 0-16")) }
    }
    audio.attributes.append(SDPAttribute("ptime", "\(configuration.packetTime)"))
    if rtcpMux { audio.attributes.append(SDPAttribute("rtcp-mux")) } else { audio.appendRTCP(of: local) }
    audio.attributes.append(SDPAttribute(chosen.rawValue))
    if isMirror, LoopbackOffer.isMade(by: theirs) { audio.attributes += LoopbackOffer.acceptance }

    var media = offer.media.map { $0.refused() }
    media[index] = audio
    let answer = write(media, local: local, timings: offer.timings)
    previousAgreement = agreement
    agreement = Agreement(local: answer, parameters: parameters, audioIndex: index)
    return (answer.serialized(), parameters)
  }

  /// The answer that was written could not be delivered, or the request that held the offer was refused after all: what was agreed
  /// before holds again.
  public mutating func rejectOffer() {
    agreement = previousAgreement
  }

  /// A stream set to port 0 by a later offer is over (RFC 3264 section 8.2); the call may go on without sound.
  private mutating func endStream(
    _ offer: SessionDescription, local: MediaEndpoint, agreement current: Agreement
  ) -> (answer: [UInt8], parameters: MediaParameters) {
    let answer = write(offer.media.map { $0.refused() }, local: local, timings: offer.timings)
    let parameters = current.parameters.stopped()
    previousAgreement = current
    agreement = Agreement(local: answer, parameters: parameters, audioIndex: current.audioIndex)
    return (answer.serialized(), parameters)
  }

  // MARK: Shared

  /// The version rises when, and only when, something else changed (RFC 3264 section 8).
  ///
  /// `timings` are the offer's, in an answer (section 6).
  private mutating func write(
    _ media: [MediaDescription], local: MediaEndpoint, timings: [SDPTiming] = [SDPTiming()]
  ) -> SessionDescription {
    let connection = SDPConnection(local.address)
    var description = SessionDescription(
      origin: SDPOrigin(
        username: configuration.username, sessionID: sessionID, version: version,
        addressType: lastWritten?.origin.addressType ?? connection.addressType,
        // RFC 3264 section 8: the origin line names the same session, and so the same address, even after a move.
        address: lastWritten?.origin.address ?? connection.address),
      connection: connection, timings: timings, media: media)
    if let lastWritten, lastWritten != description {
      version += 1
      description.origin.version = version
    }
    lastWritten = description
    return description
  }

  private static func read(_ sdp: [UInt8]) throws(NegotiationError) -> SessionDescription {
    do {
      return try SessionDescription(parsing: sdp)
    } catch {
      throw NegotiationError(.malformed(error))
    }
  }

  /// Those formats of a media part that are codecs of ours, in the author's order of preference.
  private static func common(_ maps: [RTPMap], with configuration: NegotiatorConfiguration) -> [RTPMap] {
    maps.filter { map in AudioCodec(map).map { configuration.codecs.contains($0) } ?? false }
  }

  private static func parameters(
    from media: MediaDescription, _ maps: [RTPMap], in description: SessionDescription, formats: [RTPMap],
    direction: MediaDirection, rtcpMux: Bool, held: (_ canReceive: Bool) -> Bool
  ) throws(NegotiationError) -> MediaParameters {
    guard let address = description.effectiveConnection(of: media)?.ipAddress else { throw NegotiationError(.unusableAddress) }
    let codecs = maps.filter { map in AudioCodec(map).map { ours in formats.contains { AudioCodec($0) == ours } } ?? false }
    guard let first = codecs.first, let codec = AudioCodec(first) else { throw NegotiationError(.noCommonCodec) }
    var receivable: [AudioFormat] = []
    // What comes bears the numbers of our description (RFC 3264 section 5.1), which differ from the peer's at worst in a careless
    // answer.
    for map in formats {
      if let codec = AudioCodec(map), codecs.contains(where: { AudioCodec($0) == codec }) {
        receivable.append(AudioFormat(codec, payloadType: map.payloadType))
      }
    }
    for map in codecs where !receivable.contains(where: { $0.payloadType == map.payloadType }) {
      if let codec = AudioCodec(map) { receivable.append(AudioFormat(codec, payloadType: map.payloadType)) }
    }
    let canReceive = !address.isUnspecified
    let remoteRTP = canReceive ? SocketAddress(address, port: media.port) : nil
    var result = MediaParameters(
      remoteRTP: remoteRTP, remoteRTCP: rtcpMux ? remoteRTP : media.rtcpAddress(default: address),
      codec: AudioFormat(codec, payloadType: first.payloadType), receivable: receivable,
      telephoneEventPayloadType: formats.contains { $0.isTelephoneEvent }
        ? maps.first { $0.isTelephoneEvent && $0.clockRate == codec.clockRate }?.payloadType : nil,
      comfortNoisePayloadType: maps.first { $0.isComfortNoise && $0.clockRate == codec.clockRate }?.payloadType,
      packetTime: .milliseconds(media.sendingPacketTime),
      direction: canReceive ? direction : direction.intersection(.recvonly), rtcpMux: rtcpMux, isHeldByPeer: held(canReceive))
    if let number = result.telephoneEventPayloadType { result.telephoneEvents = media.telephoneEvents(of: number) }
    for map in formats where map.isTelephoneEvent && map.clockRate == codec.clockRate && result.telephoneEventPayloadType != nil {
      if map.payloadType != result.telephoneEventPayloadType { result.receivableTelephoneEventPayloadTypes.append(map.payloadType) }
    }
    return result
  }
}
