/// Why an offer or an answer cannot be used. The caller answers an offer with 488 (RFC 3261 section 21.4.26) and ends a call whose
/// answer fails.
public struct NegotiationError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    case malformed(SDPError)
    /// There is no audio stream over RTP/AVP.
    case noAudio
    /// An audio stream, but none of its codecs is ours.
    case noCommonCodec
    /// The answer has not as many media parts as the offer, or refused the only stream.
    case answerDoesNotMatch
    /// An answer without an offer before it.
    case noOffer
    /// An offer while ours is unanswered (RFC 3264 section 4): the caller's offer and answer timing let both through.
    case offerPending
    /// The connection address is missing, or a name.
    case unusableAddress
  }

  public var code: Code

  public init(_ code: Code) {
    self.code = code
  }

  public var description: String {
    switch code {
    case .malformed(let error): "the session description cannot be read: \(error)"
    case .noAudio: "the session description has no audio stream over RTP/AVP"
    case .noCommonCodec: "no audio codec in common"
    case .answerDoesNotMatch: "the answer does not fit the offer"
    case .noOffer: "an answer came without an offer"
    case .offerPending: "an offer came while ours was unanswered"
    case .unusableAddress: "the session description has no usable media address"
    }
  }
}
